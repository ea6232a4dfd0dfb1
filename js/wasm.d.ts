// Filled in by scripts/build.mjs.
declare module 'throughline:wasm' {
  /** The core's WebAssembly, base64. */
  const bytes: string;
  export default bytes;
}
declare module 'throughline:version' {
  /** The version in package.json. */
  const version: string;
  export default version;
}
