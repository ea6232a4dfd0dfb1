// What tests/support/flows.mjs uses of js/ to run flows: spans, their ends, and a client that hands its envelopes over.

export { currentClient, getCurrentScope, pageScope } from '../../js/scope/active.js';
export { BrowserClient } from '../../js/scope/client.js';
export { receiveTrace } from '../../js/scope/propagation.js';
export { ClientSender } from '../../js/send/sender.js';
export { cutHidden, cutIdleRoots } from '../../js/span/end.js';
export { idOf, RECORD } from '../../js/span/record.js';
export { begin } from '../../js/span/start.js';
