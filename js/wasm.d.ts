// Written by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly; scripts/build/text-of-core.mjs says how. */
  const text: string;
  /** What makes the text into the core again, scripts/build/decoder.wat: as base64. */
  const decoder: string;

  export { decoder, text };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;

  export { version };
}
