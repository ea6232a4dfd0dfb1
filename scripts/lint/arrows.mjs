// Which room may import which, in js/ and src/, and that no files import each other in a circle: part of the check `lints`.
// The drawing is that of docs/architecture.md. (Circles in js/ Biome finds as well, in an editor.)
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { root } from '../lib/project.mjs';
import { Problem } from '../lib/say.mjs';

/** From the lowest room to the highest: each may import those before it, and itself. */
const ROOMS = {
  js: [
    ...['types', 'host', 'values', 'core', 'scope', 'span', 'send', 'api', 'page', 'integrations'],
    ...['otlp', 'node', 'opentelemetry', 'entry'],
  ],
  src: ['codec', 'decide', 'app', 'front', 'layer', 'server'],
};

/** Neighbours that know nothing of each other. */
const STRANGERS = [
  ['server', 'app'],
  ['server', 'front'],
  ['server', 'layer'],
];

/** Checks both trees; throws a problem that names what is wrong. */
export function checkArrows() {
  const wrong = Object.keys(ROOMS).flatMap((tree) => {
    const imports = importsOf(join(root, tree), tree);
    const count = [...imports.values()].flat().length;
    // Most files import some others: fewer are a fault of this check.
    const isBlind = count < imports.size ? [`only ${count} imports were found in ${tree}/`] : [];
    return [...isBlind, ...wrongArrows(imports, ROOMS[tree])];
  });
  if (wrong.length)
    throw new Problem(`Imports go against the drawing of docs/architecture.md:\n${wrong.join('\n')}`);
}

/**
 * @param {Map<string, string[]>} imports by file, what it imports; paths below the tree
 * @param {string[]} rooms from the lowest to the highest
 * @returns {string[]} a sentence for each arrow that must not be, and for each circle
 */
export function wrongArrows(imports, rooms) {
  const found = [];
  const roomOf = (file) => (file.includes('/') ? file.split('/')[0] : undefined);
  for (const room of new Set([...imports.keys()].map(roomOf))) {
    if (room && !rooms.includes(room)) found.push(`${room}/ is no room of the drawing`);
  }
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [from, to] = [roomOf(file), roomOf(target)];
      if (from === undefined || to === undefined || from === to) continue;
      const isStrange = STRANGERS.some(([one, other]) => one === from && other === to);
      if (isStrange || rooms.indexOf(to) > rooms.indexOf(from))
        found.push(`${file} imports ${target}, but ${from}/ must not know ${to}/`);
    }
  }
  const circle = circleIn(imports);
  if (circle) found.push(`these files import each other in a circle: ${circle.join(' → ')}`);
  return found;
}

/** A circle of imports, if there is one. */
function circleIn(imports) {
  const done = new Set();
  const path = [];
  const visit = (file) => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}

/** By file of a tree, the files that it imports. */
function importsOf(folder, tree) {
  const files = readdirSync(folder, { recursive: true })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith(tree === 'js' ? '.ts' : '.rs') && !file.endsWith('.d.ts'));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const targets = tree === 'js' ? scriptImports(file, text) : rustImports(file, text, known);
      return [file, [...new Set(targets)].filter((target) => known.has(target) && target !== file)];
    }),
  );
}

/** What stands behind `from`, and behind `import` where nothing is named or it is called. */
export function scriptImports(file, text) {
  return [...text.matchAll(/\b(?:from|import) ?\(? ?'(\.[^']+)\.js'/g)].map(([, path]) =>
    posix.normalize(posix.join(dirname(file), `${path}.ts`)),
  );
}

/**
 * The modules that `use crate::…`, `use super::…`, `use self::…` and paths name, the longest that is a file. Only documentation may name
 * what it likes: lines of comments do not count, nor do modules of tests at the end of a file. A folder's `mod.rs` only
 * lists what it holds.
 */
export function rustImports(file, text, known) {
  const folder = dirname(file.endsWith('/mod.rs') ? dirname(file) : file);
  const parent = folder === '.' ? '' : `${folder.replaceAll('/', '::')}::`;
  const own = file.replace(/(\/mod)?\.rs$/, '').replaceAll('/', '::');
  const code = text
    .split(/^#\[cfg\(test\)\]/m)[0]
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^#\[cfg\(doc\)\]\nuse .*$/gm, '')
    .replace(/\bsuper::/g, `crate::${parent}`)
    .replace(/\bself::/g, `crate::${own}::`);
  return [...code.matchAll(/\bcrate::((?:\w+::)*)(\{[^;]*?\}|\w+)/g)].flatMap(([, path, last]) => {
    const names = last.startsWith('{') ? [...last.matchAll(/[{,]\s*(\w+)/g)].map(([, name]) => name) : [last];
    return names.map((name) => {
      const parts = [...path.split('::').filter(Boolean), name];
      while (parts.length && !known.has(`${parts.join('/')}.rs`)) parts.pop();
      return `${parts.join('/')}.rs`;
    });
  });
}
