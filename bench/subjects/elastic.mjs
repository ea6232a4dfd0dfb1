// Elastic's agent for browsers. A *managed* transaction is the one that spans and requests belong to. The agent
// leaves out what took less than a millisecond, and joins neighbours of the same name: so spans here say that they
// began a little earlier, and have different names. Spans of requests begin by themselves, and are mostly left out.
import { init } from '@elastic/apm-rum';

/** What it does itself when the page is hidden; there is no call for it. */
const QUEUE_FLUSH = 'queue:flush';

/** Until the compressed batch is handed over, in milliseconds. */
const COMPRESSED = 50;

/** A transaction does not end before all its tasks have. */
const HELD = 'held-by-the-bench';

let apm;

export const subject = {
  start({ rate, sink, pageLoad }) {
    apm = init({
      serviceName: 'bench',
      serverUrl: new URL(sink, location.href).href,
      transactionSampleRate: rate,
      // Else it stops after 80 transactions in a minute.
      eventsLimit: 1e9,
      disableInstrumentations: pageLoad === 'none' ? ['page-load', 'history', 'eventtarget', 'error'] : [],
    });
    if (pageLoad === 'held') apm.getCurrentTransaction()?.addTask(HELD);
  },
  root(name, attributes, inside = nothing) {
    const transaction = begin(name);
    transaction?.addLabels(attributes);
    inside();
    transaction?.end();
  },
  // Each of its transactions is a trace.
  newTrace: (name, attributes) => subject.root(name, attributes),
  child: (name, attributes, inside = nothing) => child(name, attributes, {}, inside),
  changed: (name, attributes) =>
    child(name, attributes, {}, (span) => {
      if (!span) return;
      span.outcome = 'success';
      span.name = `${name}-changed`;
    }),
  parent(name) {
    const parent = apm.startSpan(name, 'bench', { startTime: performance.now() - 2 });
    return {
      child: (name, attributes) => child(name, attributes, { parentId: parent?.id }, nothing),
      end: () => parent?.end(),
    };
  },
  open(name, inside) {
    const transaction = begin(name);
    inside();
    return () => transaction?.end();
  },
  // It knows no active span but the transaction: spans of requests are below that one, whatever else is open.
  async requests(name, request, count, below) {
    const transaction = begin(name);
    const span = below && apm.startSpan(below, 'bench', { startTime: performance.now() - 2 });
    for (let at = 0; at < count; at++) await request();
    if (span) span.end();
    transaction?.end();
  },
  endPageLoad() {
    const transaction = apm.getCurrentTransaction();
    transaction?.removeTask(HELD);
    return Boolean(transaction);
  },
  async flush() {
    apm.serviceFactory.getService('ConfigService').dispatchEvent(QUEUE_FLUSH);
    await new Promise((resolve) => setTimeout(resolve, COMPRESSED));
  },
};

function begin(name) {
  return apm.startTransaction(name, 'bench', { managed: true, startTime: performance.now() - 100 });
}

function child(name, attributes, options, inside) {
  const span = apm.startSpan(name, 'bench', { startTime: performance.now() - 2, ...options });
  span?.addLabels(attributes);
  inside(span);
  span?.end();
}

function nothing() {}
