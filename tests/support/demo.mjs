// The running demo for a file of tests: four processes on free ports, and what they reported.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { startDemo } from '../../scripts/start/demo.mjs';

/** How long a test waits for spans, in milliseconds, before it fails with a sentence. */
const PATIENCE = 20_000;

/** @param {Record<string, string>} [env] added to the services' environment */
export function useDemo(env = {}) {
  const use = { urls: {}, stopService: undefined };
  let demo;
  let data;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'throughline-demo-'));
    const ports = { web: 0, orders: 0, payments: 0, spotlight: 0 };
    demo = await startDemo({ ports, env: { DATA_DIR: data, ...env }, quiet: true });
    Object.assign(use, { urls: demo.urls, stopService: demo.stopService });
  });
  after(async () => {
    await demo?.stop();
    if (data) await rm(data, { recursive: true, force: true });
  });

  /** Every envelope that arrived: who sent it, and its header, item header and payload. */
  use.envelopes = async () => {
    const { envelopes } = await (await fetch(`${use.urls.web}/api/envelopes`)).json();
    return envelopes.map(({ service, text }) => {
      const [header, item, payload] = text.split('\n').map((line) => line && JSON.parse(line));
      return { service, header, item, payload };
    });
  };

  /** Waits until the spans of a trace are as wanted, and answers with them. */
  use.spans = async (traceId, wanted) => {
    let spans = [];
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const stream = await fetch(`${use.urls.web}/api/traces/${traceId}/events`, { signal });
      let text = '';
      for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
        const events = (text + chunk).split('\n\n');
        text = events.pop();
        for (const event of events) {
          spans = JSON.parse(event.slice('data: '.length)).spans;
          if (wanted(spans)) return spans;
        }
      }
    } catch (error) {
      if (error.name !== 'TimeoutError') throw error;
    }
    const seen = spans.map(({ service, op, name }) => `${service} ${op} ${name}`).join('\n');
    throw new Error(`within ${PATIENCE} ms only these spans of ${traceId} arrived:\n${seen}`);
  };
  return use;
}
