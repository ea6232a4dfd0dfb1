// Filled in by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly; scripts/build/text-of-bytes.mjs says how. */
  const text: string;
  const shift: number;

  export { shift, text };
}
declare module 'throughline:package' {
  /** The version in package.json. */
  const version: string;

  export { version };
}
