// What tests of requests have in common: real servers, bytes as they come, and the transactions that arrive.
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import * as Throughline from '../../dist/node.js';

/** Starts a server of any kind for a file of tests; what is known about it is there when they begin. */
export function useServer(make, scheme = 'http') {
  const site = { url: '', port: 0 };
  let server;
  before(async () => {
    server = make();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    site.port = server.address().port;
    site.url = `${scheme}://127.0.0.1:${site.port}`;
  });
  after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return site;
}

/**
 * Starts the SDK with the integration that traces what comes in. What the tests themselves send has no headers but its own.
 *
 * @param {{ dsn: () => string }} ingest
 * @param {object} [http] further options of the integration
 * @param {object} [options] further options of `init`
 */
export const traceServers = (ingest, http = {}, options = {}) =>
  Throughline.init({
    dsn: ingest.dsn(),
    tracesSampleRate: 1,
    integrations: [Throughline.httpIntegration({ outgoing: false, ...http })],
    ...options,
  });

/** Sends bytes, and answers with all that comes back until the server ends the connection. */
export async function exchange(port, ...pieces) {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (piece) => {
    answer += piece;
  });
  const closed = once(socket, 'close');
  for (const piece of pieces) socket.write(piece, 'latin1');
  await closed;
  return answer;
}

/** The text of a request that ends its connection, with headers as they are given. */
export function requestText(path, headers = [], method = 'GET') {
  return [`${method} ${path} HTTP/1.1`, 'Host: shop.test', 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  );
}

/** Waits until so many transactions have arrived, and answers with all that have. */
export async function transactions(ingest, count) {
  const events = [];
  while (events.length < count) {
    await Throughline.flush();
    for (const [, { type }, event] of ingest.take()) if (type === 'transaction') events.push(event);
    await setImmediate();
  }
  return events;
}

/** The same, by name. */
export async function transactionsByName(ingest, count) {
  const events = await transactions(ingest, count);
  return Object.fromEntries(events.map((event) => [event.transaction, event]));
}

export const TRACE = '771a43a4192642f0b136d5159a501700';
export const SPAN = 'b0e6f15b45c36b12';
