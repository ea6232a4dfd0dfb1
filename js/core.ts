// Which core the face talks to: the functions that src/api exports, and how to get them.

import type { core } from 'throughline:core';

/** The exports of the WebAssembly core; src/api/mod.rs describes each. */
export type Core = typeof core;

/** Makes the core ready and answers with it and its memory, or throws. */
export type Load = () => [Core, WebAssembly.Memory];

let load: Load | undefined;
let hooks: unknown;
let held: WebAssembly.Memory;
let fetched: typeof fetch;

/** Called by an entry, once, as it is imported. Nothing is loaded yet. */
export function provide(loader: Load, answers: object): void {
  load = loader;
  hooks = answers;
}

/** Compiles and starts the core. Throws where there is no page, no WebAssembly, or a policy against it. */
export function start(): Core {
  if (typeof document === 'undefined' || !load) throw new Error('there is no page to trace');
  const [core, memory] = load();
  held = memory;
  fetched = globalThis.fetch;
  core.connect(hooks);
  return core;
}

/** The memory of the core that was started. */
export function memory(): WebAssembly.Memory {
  return held;
}

/** The `fetch` of the page as it was when the core was started: before we wrapped it. */
export function pageFetch(): typeof fetch {
  return fetched;
}
