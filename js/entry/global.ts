// The types of the one-file scripts: they export nothing, and set a global.

declare global {
  var Throughline: typeof import('../index.js');
}

export {};
