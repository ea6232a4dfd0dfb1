// Which core the face talks to: the functions that src/api exports, and how to get them.

import type { core } from 'throughline:core';

/** The exports of the WebAssembly core; src/api/mod.rs describes each. */
export type Core = typeof core;

/** Answers with what makes the core ready and answers with it and its memory; throws where nothing could. */
export type Load = () => () => [Core, WebAssembly.Memory];

let load: Load | undefined;
let finish: ReturnType<Load> | undefined;
let hooks: unknown;
let held: WebAssembly.Memory;
let fetched: typeof fetch;

/** Called by an entry, once, as it is imported. Nothing is loaded yet. */
export function provide(loader: Load, answers: object): void {
  load = loader;
  hooks = answers;
}

/** What is done before the core starts. Throws where there is no page, no WebAssembly, or a policy against it. */
export function prepare(): () => [Core, WebAssembly.Memory] {
  if (typeof document === 'undefined' || !load) throw new Error('there is no page to trace');
  fetched ??= globalThis.fetch;
  finish ??= load();
  return finish;
}

/** Compiles and starts the core, or throws. */
export function start(): Core {
  const [core, memory] = prepare()();
  held = memory;
  core.connect(hooks);
  return core;
}

/** The memory of the core that was started. */
export function memory(): WebAssembly.Memory {
  return held;
}

/** The `fetch` of the page as it was before the core was started, and before we wrapped it. */
export function pageFetch(): typeof fetch {
  return fetched;
}
