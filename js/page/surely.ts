// Which requests carry headers before the core has come: those that it is sure to allow (src/decide/verdict.rs), and fewer. What is
// written as text among the targets only the core can read.

import { matchPatterns, type Targets } from '../scope/targets.js';

/** What may be where an SDK sends what it has recorded. */
const INGEST = /\/(envelope|store|traces)\/?$|sentry_key/i;

/** Whether the core is sure to allow headers on a request, by its address. */
export function isSurelyAllowed(
  { href, protocol, origin, pathname, search }: URL,
  page: string,
  targets: Targets,
  tunnel: string,
): boolean {
  if (!/^https?:$/.test(protocol) || href === tunnel || INGEST.test(pathname) || INGEST.test(search))
    return false;
  const isOwn = origin === page;
  if (targets.lines === undefined) return isOwn;
  const [bare = ''] = href.split('#');
  return matchPatterns(targets, bare, isOwn ? pathname : '').includes('1');
}
