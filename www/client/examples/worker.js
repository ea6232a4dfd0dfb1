// The click hands its trace to a worker, which counts while the page answers.
import * as Sentry from 'throughline';
import { startWorker } from '../worker.js';

export const run = (show) =>
  Sentry.startSpan({ name: 'ask worker', op: 'ui.action' }, async () => {
    const worker = startWorker();
    worker.postMessage(Sentry.getTraceData());
    const { data } = await new Promise((resolve) => {
      worker.onmessage = resolve;
    });
    show(data);
  });
