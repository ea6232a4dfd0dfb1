// What the core needs of the page beside its scopes: an alarm, what the browser makes of a URL, where events come from,
// and the last moments.

import { ask, attempt } from './guard.js';

let alarm: ReturnType<typeof setTimeout> | undefined;

/** Wakes the core once after so many milliseconds, in place of the last time; not any more if negative. */
export function wake(millis: number): void {
  clearTimeout(alarm);
  alarm = undefined;
  if (millis >= 0) alarm = setTimeout(tick, millis);
}

let ticking = false;

function tick(): void {
  // A page that nobody sees may be stopped at any moment.
  ticking = document.visibilityState === 'visible';
  ask((core) => core.tick(), undefined);
  ticking = false;
}

/** Whether the core is at work because its time has come, on a page that goes on: nobody waits for what it does. */
export function isTicking(): boolean {
  return ticking;
}

/** Against what the addresses in the options of `init` are read. */
let base: string | undefined;

/** What the browser makes of a URL; empty for what is none. */
export function resolve(url: string): string {
  return attempt(() => new URL(url, base).href, '');
}

/** Notes where the page is when `init` runs. What it answers with tells the core, and may be called later. */
export function arrive(): () => void {
  base = document.baseURI;
  const { href } = location;
  return () => atPage(href);
}

/** Events come from this page from now on. */
export function atPage(href: string): void {
  ask((core) => core.page_moved(href, document.referrer, navigator.userAgent), undefined);
}

/**
 * Acts when the page is hidden, and when it is left: it may never be seen again. In the capture phase, so that a page
 * that stops the event's way cannot hide it from us.
 */
export function onHidden(hide: () => void, leave: () => void): void {
  const hidden = () => {
    if (document.visibilityState === 'hidden') hide();
  };
  attempt(() => document.addEventListener('visibilitychange', hidden, true), undefined);
  attempt(() => globalThis.addEventListener('pagehide', leave, true), undefined);
}
