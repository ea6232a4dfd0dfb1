// The time before the core has come, in a bundle that has none inside (`throughline/slim`): what needs the core is noted in its
// order, and done when it is there. The other bundles have nothing of this: `COMES_LATER` is false in them when they are built.

import { attempt } from '../values/attempt.js';
import { isBrowser } from '../values/place.js';
import { shared } from '../values/shared.js';

/** So much is noted: spans that began or ended, requests. If the core never comes, that is all there will ever be. */
const MAX_NOTED = 1000;

/** All that is noted is done in one task, with the children of the roots that wait for their decision: so many are kept. */
const MAX_CHILDREN = 10_000;

/** Copies of this version wait together: their spans are those of one client, and one core is enough for all. */
interface Wait {
  /** What is to be done, and at which address the page was when it was noted: events say so. */
  noted: { act: () => void; href: unknown }[];
  /** How many are bringing a core. */
  bringing: number;
  /** Who asks whether it comes. */
  asking: (() => void)[];
  /** How many children roots have that wait for their decision. */
  children: number;
  /** The core, once it is there. */
  brought: WebAssembly.Module | undefined;
}

/** Made when it is asked for: bundles that have a core have no line of it. */
function wait(): Wait {
  const state = shared as { wait?: Wait };
  state.wait ??= { noted: [], bringing: 0, asking: [], children: 0, brought: undefined };
  return state.wait;
}

/** The core that has come, with whichever copy. */
export function brought(): WebAssembly.Module | undefined {
  return wait().brought;
}

/** Whether the core has yet to come. */
export function isWaiting(): boolean {
  return !brought();
}

/**
 * Notes what is to be done once the core is there; what there is no place for is `lost`. Answers whether the core has yet to
 * come: else nothing was noted, and whoever asks does it at once.
 */
export function later(act: () => void, lost?: () => void): boolean {
  const { noted, brought } = wait();
  if (brought) return false;
  // On a server nothing ever comes.
  if (!isBrowser()) return true;
  if (noted.length < MAX_NOTED) noted.push({ act, href: shared.href });
  else lost?.();
  return true;
}

/** The core is there. */
export function arrived(core: WebAssembly.Module): void {
  const state = wait();
  state.brought = core;
  for (const { act, href } of state.noted.splice(0)) {
    const now = shared.href;
    shared.href = href;
    attempt(act);
    if (shared.href === href) shared.href = now;
  }
  tell(state);
}

/** Whether there is a place for another child of a root that waits for its decision. */
export function keepsChild(): boolean {
  const state = wait();
  state.children += 1;
  return state.children <= MAX_CHILDREN;
}

/** Somebody brings a core, until the promise settles, which is never rejected. */
export function brings(core: Promise<unknown>): void {
  const state = wait();
  state.bringing += 1;
  core.then(() => {
    state.bringing -= 1;
    tell(state);
  });
}

/** Is fulfilled once the core is there, or nobody brings one any more; with whether it is there. */
export function arrival(): Promise<boolean> {
  const state = wait();
  const asked = new Promise<void>((resolve) => state.asking.push(resolve));
  tell(state);
  return asked.then(() => !isWaiting());
}

/** Tells those who ask what is known. */
function tell({ asking, bringing, brought }: Wait): void {
  if (brought || !bringing) for (const answer of asking.splice(0)) answer();
}
