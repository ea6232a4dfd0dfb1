// The core as WebAssembly that the page brings (`initCore`): the bundle has none inside.

import { version } from 'throughline:package';
import type { Exports } from './exports.js';
import { arrived, brought, isWaiting } from './waiting.js';

/** The section of the module that says of which version it is; scripts/build/file-of-core.mjs writes it. */
const SECTION = 'throughline';

/** Answers with what makes a core of the module that was delivered. Nobody asks before. */
export function prepare(): () => Exports {
  const module = brought() as WebAssembly.Module;
  return () => new WebAssembly.Instance(module).exports as unknown as Exports;
}

/** Takes the core's module; throws where it is none, or that of another version. The first counts. */
export function deliver(module: WebAssembly.Module): void {
  const [said] = WebAssembly.Module.customSections(module, SECTION);
  const theirs = said
    ? `the core of version ${new TextDecoder().decode(said)}`
    : 'not the core of this package';
  if (!theirs.endsWith(` ${version}`))
    throw new TypeError(`is ${theirs}: serve dist/core.wasm of version ${version}`);
  new WebAssembly.Instance(module);
  if (isWaiting()) arrived(module);
}
