// How envelopes of a server leave: by connections that are kept, and again where one of those was given up meanwhile; by the
// application's own `fetch` options where it has some.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

describe('envelopes of a server', { timeout: 60_000 }, () => {
  /** Of each connection the requests that came by it. */
  const connections = [];
  const sockets = [];
  /** Whether a connection is given up when a request comes by it. */
  let givesUp = () => false;
  const ingest = createServer((socket) => {
    const requests = [];
    connections.push(requests);
    sockets.push(socket);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      const [head, body] = text.split('\r\n\r\n', 2);
      const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
      if (!(body?.length >= Number(length))) return;
      text = '';
      requests.push({ head, body });
      if (givesUp(requests)) socket.resetAndDestroy();
      else socket.write(ANSWER);
    });
    socket.on('error', () => {});
  });
  let dsn;
  before(async () => {
    ingest.listen(0, '127.0.0.1');
    await once(ingest, 'listening');
    dsn = `http://public@127.0.0.1:${ingest.address().port}/1`;
  });
  after(() => ingest.close());
  afterEach(async () => {
    await Throughline.close();
    // Each test has connections of its own: once both sides have closed, none is kept.
    const open = sockets.splice(0).filter((socket) => !socket.closed);
    await Promise.all(open.map((socket) => once(socket.end(), 'close')));
    connections.length = 0;
    givesUp = () => false;
  });

  async function send(name) {
    Throughline.startSpan({ name }, () => {});
    assert.ok(await Throughline.flush());
  }
  const names = () =>
    connections.map((requests) => requests.map(({ body }) => JSON.parse(body.split('\n')[2]).transaction));

  it('leave by one connection, without trace headers', async () => {
    Throughline.init({ dsn, tracesSampleRate: 1, integrations: [Throughline.httpIntegration()] });
    await send('one');
    await send('two');
    assert.deepEqual(names(), [['one', 'two']]);
    for (const { head } of connections[0]) assert.doesNotMatch(head, /sentry-trace|baggage/i);
  });

  it('leave once more where a connection that was kept is given up', async () => {
    Throughline.init({ dsn, tracesSampleRate: 1 });
    await send('one');
    givesUp = (requests) => requests.length === 2;
    await send('two');
    assert.deepEqual(names().slice(-1), [['two']]);
  });

  it('leave by fetch where the application names the transport by fetch, as for a proxy of all dispatchers', async () => {
    Throughline.init({ dsn, tracesSampleRate: 1, transport: Throughline.makeFetchTransport });
    await send('one');
    assert.match(connections[0][0].head, /sec-fetch-mode/i);
  });

  it('have the headers of the options, and leave by fetch where there are options for it', async () => {
    const headers = { 'x-own': 'yes' };
    Throughline.init({ dsn, tracesSampleRate: 1, transportOptions: { headers } });
    await send('one');
    Throughline.getClient().getOptions().transportOptions = { headers, fetchOptions: { referrer: '' } };
    await send('two');
    const heads = connections.flat().map(({ head }) => head);
    assert.equal(heads.length, 2);
    for (const head of heads) assert.match(head, /x-own: yes/);
    assert.deepEqual(
      heads.map((head) => /sec-fetch-mode/i.test(head)),
      [false, true],
    );
  });
});
