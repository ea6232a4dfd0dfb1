// The types of the one-file scripts: they export nothing, and set a global.

declare global {
  /** Everything that the package exports. */
  var Throughline: typeof import('../index.js');
}

export {};
