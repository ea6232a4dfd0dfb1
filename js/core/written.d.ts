// Written by scripts/build.mjs.
/** Whether the bundle has no core inside: then js/core/waiting.ts says whether it has come. */
declare const COMES_LATER: boolean;
/** Whether the bundle runs on servers: on Node, where requests come in and what is active is known exactly. */
declare const ON_SERVER: boolean;
declare module 'throughline:host' {
  /** The name of this SDK. */
  const NAME: string;
  /** What runs the code of a server, as a context of events. */
  const RUNTIME: { name: string; version: string } | undefined;
  /** What the machine is called; empty in a browser. May throw. */
  function machine(): string;
  /** A value that is in force for a callback and all that it begins; nothing where there is no such thing. */
  function newVariable<T>(): import('../host/variable.js').Variable<T> | undefined;

  /** Acts when a process has nothing left to do, once for each function. Pages have another end, see js/scope/lifecycle.ts. */
  function atTheEnd(act: () => void): void;

  /** Posts a text as `fetch` does, on a server: cheaper. */
  const postByNode: ((url: string, request: object) => Promise<unknown>) | undefined;

  export { atTheEnd, machine, NAME, newVariable, postByNode, RUNTIME };
}
declare module 'throughline:core' {
  /** Which core a bundle has, scripts/build.mjs says: the file of this room that exports the same. */
  function prepare(): () => import('./exports.js').Exports;

  export { prepare };
}
declare module 'throughline:wasm' {
  /** The core's WebAssembly as text, once: nobody keeps it. scripts/build/text-of-core.mjs says how it is written. */
  function takeText(): string;

  export { takeText };
}
declare module 'throughline:translation' {
  /** Makes a core without WebAssembly: scripts/build/translation/ writes it. */
  function make(): import('./exports.js').Exports;

  export { make };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;
  /** The version, and which core the bundle has if it is not the usual one. */
  const edition: string;

  export { edition, version };
}
