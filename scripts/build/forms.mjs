// A module as a script and as a CommonJS module: what it exports becomes an object. No bundler does this: with functions to read each
// export, and with loops over objects in whose place pages may have put more, it would be larger, and fail there.
import { parse } from 'acorn';
import { Problem } from '../lib/say.mjs';

/**
 * Takes the list of exports away that a module ends with.
 *
 * @param {import('magic-string').default} changed the module
 * @returns {string} an object of what it exports
 */
function takeExports(changed) {
  const { body } = parse(changed.original, { ecmaVersion: 'latest', sourceType: 'module' });
  const last = body.findLast(({ type }) => type !== 'EmptyStatement');
  if (last?.type !== 'ExportNamedDeclaration' || last.declaration)
    throw new Problem('The package does not end with a list of its exports.');
  changed.remove(last.start, changed.original.length);
  const members = last.specifiers.map(({ local, exported }) => `${exported.name}:${local.name}`);
  return `{${members.join()}}`;
}

/** The same as a script that sets a global, however it is run. @param {import('magic-string').default} changed @param {string} name */
export function asScript(changed, name) {
  const exported = takeExports(changed);
  changed.prepend('(()=>{"use strict";').append(`globalThis.${name}=${exported}})();`);
}

/** The same as a CommonJS module. What it imports, of Node only, it requires. @param {import('magic-string').default} changed */
export function asCommonJs(changed) {
  const exported = takeExports(changed);
  const { body } = parse(changed.original, { ecmaVersion: 'latest', sourceType: 'module' });
  for (const { type, start, end, specifiers, source } of body) {
    if (type === 'ImportDeclaration') changed.update(start, end, requiring(specifiers, source.raw));
  }
  changed.prepend('"use strict";').append(`module.exports=${exported};`);
}

/** An import as CommonJS writes it. @param {import('acorn').ImportDeclaration['specifiers']} specifiers @param {string} source */
function requiring(specifiers, source) {
  const named = specifiers.filter(({ type }) => type === 'ImportSpecifier');
  const [whole] = specifiers.filter((one) => !named.includes(one));
  const names = named.map(({ imported, local }) => `${imported.name}:${local.name}`);
  const asked = `require(${source})`;
  if (!whole) return names.length ? `const{${names.join()}}=${asked};` : `${asked};`;
  return `const ${whole.local.name}=${asked}${names.length ? `,{${names.join()}}=${whole.local.name}` : ''};`;
}
