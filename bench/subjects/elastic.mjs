// Elastic's agent for browsers. A *managed* transaction is the one that spans and requests belong to. The agent
// leaves out what took less than a millisecond, and joins neighbours of the same name: so spans here say that they
// began a little earlier, and have different names. Spans of requests begin by themselves, and are mostly left out.
import { init } from '@elastic/apm-rum';

/** What it does itself when the page is hidden; there is no call for it. */
const QUEUE_FLUSH = 'queue:flush';

/** Until the compressed batch is handed over, in milliseconds. */
const COMPRESSED = 50;

let apm;

export const subject = {
  start({ rate, sink, pageLoad }) {
    apm = init({
      serviceName: 'bench',
      serverUrl: new URL(sink, location.href).href,
      transactionSampleRate: rate,
      // Else it stops after 80 transactions in a minute.
      eventsLimit: 1e9,
      disableInstrumentations: pageLoad ? [] : ['page-load', 'history', 'eventtarget', 'error'],
    });
  },
  root(name, inside) {
    const transaction = begin(name);
    inside();
    transaction?.end();
  },
  child(name, attributes, inside = nothing) {
    const span = apm.startSpan(name, 'bench', { startTime: performance.now() - 2 });
    if (attributes) span?.addLabels(attributes);
    inside();
    span?.end();
  },
  open(name, inside) {
    const transaction = begin(name);
    inside();
    return () => transaction?.end();
  },
  async requests(name, request, count) {
    const transaction = begin(name);
    for (let at = 0; at < count; at++) await request();
    transaction?.end();
  },
  async flush() {
    apm.serviceFactory.getService('ConfigService').dispatchEvent(QUEUE_FLUSH);
    await new Promise((resolve) => setTimeout(resolve, COMPRESSED));
  },
};

function begin(name) {
  return apm.startTransaction(name, 'bench', { managed: true, startTime: performance.now() - 100 });
}

function nothing() {}
