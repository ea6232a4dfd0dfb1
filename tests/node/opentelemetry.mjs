// What tests of `registerOpenTelemetry` have in common: the SDK, registered, and an ingest.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { registerOpenTelemetry } from '../../dist/opentelemetry-node.js';
import { useIngest } from './support.mjs';

/**
 * Registers the SDK for a file of tests.
 *
 * @returns {{ ingest: object, sent: () => Promise<Record<string, object>> }} `sent` answers with the transactions since the last call, by
 *   name
 */
export function useOpenTelemetry() {
  const ingest = useIngest();
  before(() => {
    Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1 });
    assert.equal(typeof registerOpenTelemetry(), 'function');
  });
  after(() => Throughline.close());
  async function sent() {
    assert.ok(await Throughline.flush());
    return Object.fromEntries(ingest.take().map(([, , event]) => [event.transaction, event]));
  }
  return { ingest, sent };
}
