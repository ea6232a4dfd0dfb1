// The last moments of a page: it is hidden, or left, and may never be seen again; and its return from the back/forward cache.

import { attempt } from '../values/attempt.js';

/** Acts when the page is hidden, and when it is left; then it may return only if it is kept. */
interface Ending {
  hide: () => void;
  leave: (mayReturn: boolean) => void;
}

/** Those that end what is open, and then those that send it. */
const endings: [cut: Ending[], send: Ending[]] = [[], []];
const returns: (() => void)[] = [];
let listening = false;

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
  return attempt(() => document.visibilityState === 'hidden' || document.hidden, false);
}

/** Acts in the last moments of the page, for its whole life. `sends` says whether it sends what others end. */
export function onHidden(ending: Ending, sends = false): void {
  listen();
  endings[sends ? 1 : 0].push(ending);
}

/** Acts when the page returns from the back/forward cache. */
export function onReturn(act: () => void): void {
  listen();
  returns.push(act);
}

/** In the capture phase, so that a page that stops the event's way cannot hide it from us. */
function listen(): void {
  if (listening) return;
  listening = true;
  const end = (act: (ending: Ending) => void) => {
    for (const one of endings.flat()) attempt(() => act(one));
  };
  attempt(() =>
    document.addEventListener(
      'visibilitychange',
      () => {
        if (isHidden()) end(({ hide }) => hide());
      },
      true,
    ),
  );
  attempt(() =>
    globalThis.addEventListener(
      'pagehide',
      ({ persisted }) => {
        left = true;
        kept = persisted;
        end(({ leave }) => leave(persisted));
      },
      true,
    ),
  );
  attempt(() =>
    globalThis.addEventListener(
      'pageshow',
      () => {
        if (!left) return;
        left = false;
        for (const act of returns) attempt(act);
      },
      true,
    ),
  );
}
