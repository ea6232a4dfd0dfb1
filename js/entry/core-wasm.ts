// The types of `throughline/core.wasm`, for bundlers that answer the import of a file with its address.

declare const address: string;
export default address;
