// The click hands its trace to a worker, and the page stays awake.
import * as Sentry from 'throughline';
import { startWorker } from '../worker.js';

export const run = (show) =>
  Sentry.startSpan({ name: 'ask', op: 'ui.action' }, async () => {
    const worker = startWorker();
    worker.postMessage(Sentry.getTraceData());
    const { data } = await new Promise((resolve) => {
      worker.onmessage = resolve;
    });
    show(data);
  });
