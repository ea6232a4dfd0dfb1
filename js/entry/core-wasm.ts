// The types of `throughline/core.wasm`, for bundlers that are told to make the import of a file its address: esbuild by the loader
// `file`, webpack and Rspack by a rule with `type: 'asset/resource'`. Vite wants `throughline/core.wasm?url`, whose types are its own,
// and everybody else finds the file by `new URL('throughline/core.wasm', import.meta.url)` or copies it.

declare const address: string;
export default address;
