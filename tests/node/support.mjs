// What tests of `throughline/node` have in common: an ingest that keeps what it received.
import { createServer } from 'node:http';
import { after, before } from 'node:test';

/**
 * Starts an ingest for a file of tests.
 *
 * @returns {{ dsn: () => string, take: () => object[][], received: (count: number) => Promise<object[][]> }} `take` answers with the
 *   envelopes since the last call, each a list of what its lines say; `received` waits until there are so many
 */
export function useIngest() {
  const received = [];
  let arrived = () => {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(
      body
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );
    response.end('{}');
    arrived();
  });
  before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    dsn: () => `http://public@127.0.0.1:${server.address().port}/1`,
    take: () => received.splice(0),
    received: async (count) => {
      while (received.length < count) await new Promise((resolve) => (arrived = resolve));
      return received.splice(0);
    },
  };
}
