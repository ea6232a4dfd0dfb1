// Written by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly; scripts/build/text-of-bytes.mjs says how. */
  const text: string;
  const shift: number;
  /** What makes the text into bytes again, scripts/build/decoder.wat: as base64. */
  const decoder: string;

  export { decoder, shift, text };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;

  export { version };
}
