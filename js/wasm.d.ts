// Written by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly, once: nobody keeps it. scripts/build/text-of-core.mjs says how it is written. */
  function takeText(): string;
  /** What makes the text into the core again, scripts/build/decoder.wat: as base64. */
  const decoder: string;

  export { decoder, takeText };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;

  export { version };
}
