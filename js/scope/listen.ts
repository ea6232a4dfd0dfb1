// Listeners for the life of the page. `document.open`, and so `document.write` after the load, takes all listeners of document
// and window away; what observes mutations stays.

import { attempt } from '../values/attempt.js';

const all: (() => void)[] = [];

/** Listens from now on, also after the document has been opened again. */
export function listen<E extends Event>(
  target: EventTarget,
  type: string,
  act: (event: E) => void,
  options: boolean | AddEventListenerOptions = true,
): void {
  // Who listens already does not listen twice.
  const add = () => attempt(() => target.addEventListener(type, act as EventListener, options));
  add();
  if (all.push(add) > 1) return;
  attempt(() =>
    new MutationObserver(() => {
      for (const again of all) again();
    }).observe(document, { childList: true }),
  );
}
