// Written by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly as text, once: nobody keeps it. scripts/build/text-of-core.mjs says how it is written. */
  function takeText(): string;

  export { takeText };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;

  export { version };
}
