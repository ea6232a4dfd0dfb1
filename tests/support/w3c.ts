// What is read of the headers of the W3C, for a test of its own.

export { mergeBaggage } from '../../js/core/core.js';
export { deliver } from '../../js/core/delivered.js';
export { receiveTrace } from '../../js/scope/propagation.js';
export { counting, inOurForm, readTracestate, w3cHeaders } from '../../js/scope/w3c.js';
