// The last moments of a page: it is hidden, or left, and may never be seen again.

import { attempt } from '../values/attempt.js';

/** Whether nobody sees the page, as far as either of the two says so. */
export function isHidden(): boolean {
  return document.visibilityState === 'hidden' || document.hidden;
}

/**
 * Acts when the page is hidden, and when it is left: for the life of the page. In the capture phase, so that a page that stops
 * the event's way cannot hide it from us.
 */
export function onHidden(hide: () => void, leave: () => void): void {
  const hidden = () => {
    if (isHidden()) hide();
  };
  attempt(() => document.addEventListener('visibilitychange', hidden, true));
  attempt(() => globalThis.addEventListener('pagehide', leave, true));
}
