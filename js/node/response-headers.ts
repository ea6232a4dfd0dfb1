// The headers of a response, of which some may have been set and others are only now passed to `writeHead`; and whether they say
// that it is a page that only one visitor gets.

import type { ServerResponse } from 'node:http';

/** What can be read of headers: the values of a name in small letters. */
export type ReadHeaders = (name: string) => string[];

/** What `writeHead` takes as headers. */
export type GivenHeaders = Record<string, unknown> | unknown[] | undefined;

/** Names and values of what was passed to `writeHead`: an object, pairs, or names and values in turn. */
export function pairsOf(given: GivenHeaders): [name: string, value: unknown][] {
  if (!Array.isArray(given)) return Object.entries(given ?? {});
  if (Array.isArray(given[0])) return given as [string, unknown][];
  return given.flatMap((name, at) => (at % 2 ? [] : [[String(name), given[at + 1]] as [string, unknown]]));
}

/** Reads the headers of a response; those that are only now passed win. */
export function headersOf(response: ServerResponse, given?: GivenHeaders): ReadHeaders {
  const pairs = pairsOf(given);
  return (name) => {
    const passed = pairs.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
    const values = passed.length ? passed : [response.getHeader(name)];
    return values.flat().flatMap((value) => (value === undefined || value === null ? [] : [String(value)]));
  };
}

/** What of `Cache-Control` keeps a response out of shared caches. */
const PRIVATE = ['private', 'no-store'];

/** What has them ask before they give it out. */
const ASKING = ['no-cache', 'max-age=0'];

/** Whether a response is HTML that no cache gives to several visitors, who would all be in one trace. */
export function isOwnPage(read: ReadHeaders): boolean {
  return (
    /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(read('content-type').join()) &&
    !mayBeShared(read)
  );
}

/**
 * Whether a cache may give a response to several visitors: where nobody forbids it, caches keep also what says only when it
 * expires, or when it was changed last (RFC 9111, 4.2.2). As src/server/layer.rs has it, which knows no `ETag`.
 */
function mayBeShared(read: ReadHeaders): boolean {
  // Where they can ask by an `ETag`, which is made of the page without our tags, the answer is that nothing has changed.
  const words = read('etag').length ? PRIVATE : [...PRIVATE, ...ASKING];
  // Who reads these does not look at `Cache-Control` (RFC 9213, 2.1).
  const isKept = (name: string) => read(name).length > 0 && !isForbidden(read(name), words);
  if (['cdn-cache-control', 'surrogate-control'].some(isKept)) return true;
  const control = read('cache-control');
  if (/public|s-maxage/i.test(control.join())) return true;
  const says = ['cache-control', 'expires', 'last-modified'].some((name) => read(name).length);
  return says && !isForbidden(control, words);
}

/** Whether some lines keep a response out of shared caches. With a value, as in `private="set-cookie"`, a word is about other headers. */
function isForbidden(lines: string[], words: string[]): boolean {
  return lines.some(
    (line) =>
      !line.includes('"') && line.split(',').some((word) => words.includes(word.trim().toLowerCase())),
  );
}
