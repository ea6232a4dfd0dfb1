// The last moments of a page: it is hidden, or left, and may never be seen again; and its return from the back/forward cache.

import { attempt } from '../values/attempt.js';
import { listen } from './listen.js';

/** Acts when the page is hidden, and when it is left; then it may return only if it is kept. */
interface Ending {
  hide: () => void;
  leave: (mayReturn: boolean) => void;
}

/** Those that end what is open, and then those that send it. */
const endings: [cut: Ending[], send: Ending[]] = [[], []];
const returns: (() => void)[] = [];
let watching = false;

/** Whether the page has been left, and whether it is kept for a return. */
let left = false;
let kept = false;

/** Whether the page has been left. */
export function isLeft(): boolean {
  return left;
}

/** Whether a page that has been left may return. */
export function mayReturn(): boolean {
  return kept;
}

/** Whether nobody sees the page, as far as either of the two says so. */
export function isHidden(): boolean {
  // Asking for a document where there is none costs more than sending.
  return !ON_SERVER && attempt(() => document.visibilityState === 'hidden' || document.hidden, false);
}

/** Acts in the last moments of the page, for its whole life. `sends` says whether it sends what others end. */
export function onHidden(ending: Ending, sends = false): void {
  watch();
  endings[sends ? 1 : 0].push(ending);
}

/** Acts when the page returns from the back/forward cache. */
export function onReturn(act: () => void): void {
  watch();
  returns.push(act);
}

/** Once, for the life of the page. */
function watch(): void {
  if (watching) return;
  watching = true;
  const end = (act: (ending: Ending) => void) => {
    for (const one of endings.flat()) attempt(() => act(one));
  };
  attempt(() =>
    listen(document, 'visibilitychange', () => {
      if (isHidden()) end(({ hide }) => hide());
    }),
  );
  listen<PageTransitionEvent>(globalThis, 'pagehide', ({ isTrusted, persisted }) => {
    // A page that only says so lives on.
    left = isTrusted;
    kept = persisted;
    end(({ leave }) => leave(kept));
  });
  listen(globalThis, 'pageshow', () => {
    if (!left) return;
    left = false;
    for (const act of returns) attempt(act);
  });
}
