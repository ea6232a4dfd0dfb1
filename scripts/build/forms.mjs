// A module as a script and as a CommonJS module: what it exports becomes an object. No bundler does this: with functions to read each
// export, and with loops over objects in whose place pages may have put more, it would be larger, and fail there.
import { parse } from 'acorn';
import { Problem } from '../lib/say.mjs';

/**
 * @param {string} code a module that imports nothing, and exports at its end
 * @returns {{ body: string, exported: string }} its statements, and an object of what it exports
 */
function parts(code) {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const last = body.findLast(({ type }) => type !== 'EmptyStatement');
  if (last?.type !== 'ExportNamedDeclaration' || last.declaration)
    throw new Problem('The package does not end with a list of its exports.');
  const members = last.specifiers.map(({ local, exported }) => `${exported.name}:${local.name}`);
  return { body: code.slice(0, last.start), exported: `{${members.join()}}` };
}

/** The same as a script that sets a global, however it is run. @param {string} code @param {string} name */
export function asScript(code, name) {
  const { body, exported } = parts(code);
  return `(()=>{"use strict";${body}globalThis.${name}=${exported}})();`;
}

/** The same as a CommonJS module. @param {string} code */
export function asCommonJs(code) {
  const { body, exported } = parts(code);
  return `"use strict";${body}module.exports=${exported};`;
}
