// What decides about requests before the core of `throughline/slim` has come, for a test of its own.

export { isSurelyAllowed } from '../../js/page/surely.js';
export { targetsOf } from '../../js/scope/targets.js';
