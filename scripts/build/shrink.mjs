// The core after wasm-bindgen, made smaller: by wasm-opt, with the options that Cargo.toml has for wasm-pack, and before
// that by hand where wasm-opt cannot know.
//
// For each closure that js-sys can hand to JavaScript there is a function `…::closures::_::invoke`, and a description of
// it for wasm-bindgen, which names it by its place in the module's table. wasm-bindgen exports those that JavaScript
// calls and takes the descriptions away, but their places in the table stay, and keep half a hundred functions alive
// that nobody can call: almost 1 % of the package. So those places get a function that traps.
//
// What only the JavaScript of wasm-bindgen would call goes as well: the face has a border of its own (js/border.ts).
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { Problem } from '../lib/say.mjs';
import { withShortNames } from './names.mjs';

const DESCRIBED = /\bclosures::_::invoke\b/;

/**
 * @param {string} from a module with names, as wasm-bindgen leaves it
 * @param {string} to
 * @param {{ log: string, names?: boolean }} options
 * @returns {Promise<Record<string, string>>} what it exports and imports now, by the names in the sources
 */
export async function shrink(from, to, { log, names = false }) {
  const options = await optionsOfCargo();
  const text = `${to}.wat`;
  const features = options.filter((option) => option.startsWith('--enable-'));
  await run('wasm-opt', [...features, from, '-S', '-o', text], { log });
  const shortened = withShortNames(withoutGlue(withoutDescribed(await readFile(text, 'utf8'))));
  await writeFile(text, shortened.text);
  await run('wasm-opt', [...options, ...(names ? ['-g'] : []), text, '-o', to], { log });
  await rm(text);
  return shortened.names;
}

/** @param {string} text a module in Binaryen's text form, whose table has one line */
export function withoutDescribed(text) {
  const name = /\$"(?:[^"\\]|\\.)*"/g;
  let places = 0;
  const changed = text.replace(/^ \(elem .*$/m, (line) => {
    const kept = line.replace(name, (one) => {
      if (!DESCRIBED.test(one)) return one;
      places += 1;
      return '$gone';
    });
    return `${kept}\n (func $gone (unreachable))`;
  });
  if (places === 0) {
    throw new Problem(
      'No function in the table of the core is a closure that js-sys describes: let scripts/build/shrink.mjs look for them by another name.',
    );
  }
  return changed;
}

/** @param {string} text a module in Binaryen's text form */
export function withoutGlue(text) {
  return text.replace(/^ \(export "__.*\n/gm, '');
}

async function optionsOfCargo() {
  const manifest = await readFile(join(root, 'Cargo.toml'), 'utf8');
  const options = /^wasm-opt = \[([^\]]*)\]/m.exec(manifest)?.[1].match(/"[^"]+"/g);
  if (!options) {
    throw new Problem(
      'Cargo.toml has no `wasm-opt = […]` for wasm-pack any more: let scripts/build/shrink.mjs read its options.',
    );
  }
  return options.map((option) => JSON.parse(option));
}
