// The entry `throughline/slim`: the public functions and types, without a core inside. The page brings it: `initCore`.

export { type CoreSource, initCore } from './api/init-core.js';
export * from './index.js';
