// What is said of traces before the core of `throughline/slim` has come, and by the core, for a test of its own.

export { receive, samplingContext } from '../../js/core/core.js';
export { deliver } from '../../js/core/delivered.js';
export { earlyBaggage, earlyTrace } from '../../js/core/early.js';
