// The header `Server-Timing`, by which a page hears of the trace of its request where its HTML cannot be changed. A browser reads it
// as it reads meta tags (js/page/server-trace.ts).

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageTrace } from '../api/traces.js';
import { runInScope } from '../scope/active.js';
import type { Scope } from '../scope/scope.js';
import { beforeHeaders } from './before-headers.js';
import { headersOf, isOwnPage, pairsOf } from './response-headers.js';
import { nameByRoute } from './route.js';

const NAME = 'server-timing';

/** Tells the page of a response its trace, unless somebody has: only HTML that no shared cache may keep. */
export function tellByServerTiming(request: IncomingMessage, response: ServerResponse, scope: Scope): void {
  beforeHeaders(response, (given) => {
    const read = headersOf(response, given);
    const own = read(NAME);
    if (!isOwnPage(read) || own.some((line) => line.includes('sentry-trace'))) return given;
    nameByRoute(request);
    const said = runInScope(scope, serverTiming);
    if (!said) return given;
    const all = [...own, said];
    const passed = pairsOf(given);
    if (!passed.some(([name]) => name.toLowerCase() === NAME)) {
      response.setHeader(NAME, all);
      return given;
    }
    // What is passed replaces what was set.
    const others = passed.filter(([name]) => name.toLowerCase() !== NAME);
    const values = [...others, [NAME, all.join(', ')]] as [string, unknown][];
    return Array.isArray(given) ? values.flat() : Object.fromEntries(values);
  });
}

/** The trace in force as a value of the header; empty where there is none. */
function serverTiming(): string {
  // Baggage is percent-encoded, but for quotes and the like in nothing: what would end a quoted text is left out.
  return Object.entries(pageTrace())
    .filter(([, value]) => value !== undefined && !/["\\\r\n]/.test(value))
    .map(([name, value]) => `${name};desc="${value}"`)
    .join(', ');
}
