// Something to do just before the headers of a response are sent, when all that is known about it is known.

import type { ServerResponse } from 'node:http';
import { attempt } from '../values/attempt.js';
import type { GivenHeaders } from './response-headers.js';

type WriteHead = (...given: unknown[]) => ServerResponse;

/**
 * Calls back once before headers are sent, however that comes about: Node itself calls `writeHead` where nobody does.
 *
 * @param act gets what is passed to `writeHead` as headers and the status, and answers with the headers to pass instead
 */
export function beforeHeaders(
  response: ServerResponse,
  act: (headers: GivenHeaders, status: number) => GivenHeaders,
): void {
  const original = response.writeHead as unknown as WriteHead;
  let isDone = false;
  const replacement: WriteHead = function (this: ServerResponse, ...given) {
    if (!isDone && !response.headersSent) {
      isDone = true;
      // `writeHead(status, headers)`, or with the words for the status before them, or with what Node takes for no words.
      const at = typeof given[1] === 'string' || (given[2] ?? undefined) !== undefined ? 2 : 1;
      const headers = attempt(
        () => act(given[at] as GivenHeaders, Number(given[0])),
        given[at] as GivenHeaders,
      );
      if (headers !== given[at]) given[at] = headers;
    }
    return Reflect.apply(original, this, given);
  };
  attempt(() => {
    response.writeHead = replacement as unknown as typeof response.writeHead;
  });
}
