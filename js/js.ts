// The entry `throughline/js`: the same functions, with a core that is JavaScript, for pages that allow no WebAssembly.

export * from './index.js';
