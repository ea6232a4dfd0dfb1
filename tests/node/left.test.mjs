// What is left of requests once they are over, however they ended: nothing that grows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as Throughline from '../../dist/node.js';
import { exchange, requestText, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

setFlagsFromString('--expose-gc');

/** What a process makes once, such as Node's clock for `Date` headers and a connection to the ingest, is of the request that was first. */
const KEPT = 3;

const collect = runInNewContext('gc');

describe('of a request', () => {
  const ingest = useIngest();
  /** What must be collected, by the path of its request. */
  let seen = new Map();
  let handle;
  const shop = useServer(() =>
    createServer((request, response) => {
      const span = Throughline.getActiveSpan();
      const scope = Throughline.getCurrentScope();
      seen.set(request.url, [
        new WeakRef(span),
        new WeakRef(scope),
        new WeakRef(Throughline.getIsolationScope()),
      ]);
      handle(request, response);
    }),
  );
  before(() =>
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ outgoing: false })],
    }),
  );

  /** Waits until all of them are, but for {@link KEPT}. The test's own time limit ends it. */
  async function collected() {
    await Throughline.flush();
    const left = () => [...seen.values()].filter((refs) => refs.some((one) => one.deref()));
    while (left().length > KEPT) {
      // What was asked for a moment ago is kept until this turn is over.
      await setImmediate();
      collect();
      await setImmediate();
    }
    const { size } = seen;
    seen = new Map();
    return size;
  }

  it('that was answered nothing is left', { timeout: 60_000 }, async () => {
    handle = (request, response) => {
      Throughline.startSpan({ name: 'below' }, () => {});
      response.end(request.url);
    };
    for (let at = 0; at < 20; at++) await exchange(shop.port, requestText(`/${at}`));
    assert.equal(await collected(), 20);
  });

  it('that was never answered nothing is left once its connection has ended', {
    timeout: 60_000,
  }, async () => {
    let begun;
    let ended;
    handle = (_, response) => {
      ended = once(response, 'close');
      begun();
    };
    for (let at = 0; at < 20; at++) {
      const begins = new Promise((resolve) => {
        begun = resolve;
      });
      const socket = connect(shop.port, '127.0.0.1');
      socket.write(requestText(`/${at}`));
      await begins;
      socket.destroy();
      await ended;
    }
    ended = undefined;
    assert.equal(await collected(), 20);
  });
});
