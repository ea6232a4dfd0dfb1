// Blocks of code of a document that a test runs by itself (`by=` in their fence), on its own server.
import { blocksOf } from '../docs/documents.mjs';

/**
 * The blocks of a document that a test runs: what they import is where the test's server has it, and what they send goes there.
 *
 * @param {string} document
 * @param {string} test its path
 * @param {string} tunnel
 */
export function documented(document, test, tunnel) {
  return blocksOf(document)
    .filter(({ marks }) => marks.by === test)
    .map(({ code }) =>
      code
        .replaceAll("from 'throughline'", "from '/index.js'")
        .replaceAll('tracesSampleRate: 1,', `tracesSampleRate: 1,\n  tunnel: '${tunnel}',`),
    );
}
