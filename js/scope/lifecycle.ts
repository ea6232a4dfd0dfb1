// The last moments of a page: it is hidden, or left, and may never be seen again.

import { attempt } from '../values/attempt.js';
import { listen } from './listen.js';

/**
 * Acts when the page is hidden, and when it is left: for the life of the page. In the capture phase, so that a page that stops
 * the event's way cannot hide it from us.
 */
export function onHidden(hide: () => void, leave: () => void): void {
  const hidden = () => {
    if (document.visibilityState === 'hidden') hide();
  };
  attempt(() => listen(document, 'visibilitychange', hidden));
  listen(globalThis, 'pagehide', leave);
}
