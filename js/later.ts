// Work that `init` puts off. Starting the core holds a slow phone up for longer than a page may be at one time: so each
// part of it gets a task of its own. Nobody can tell, because whoever needs what is done there has it done first: all
// ways into the core, to the scope in force, and to what a client knows call `settle`.

import { attempt } from './guard.js';

/** Whether work waits; asked at each of these ways, so that it costs them one comparison. */
export let waits = false;

const steps: (() => void)[] = [];

/** Does something in a task of its own, after what waits already. */
export function putOff(step: () => void): void {
  steps.push(step);
  if (waits) return;
  waits = true;
  schedule();
}

/** Does something after what waits; if nothing does, at once. */
export function inTurn(step: () => void): void {
  if (waits) putOff(step);
  else step();
}

/** Does all that waits, in its order, before the caller goes on. */
export function settle(): void {
  while (waits) next();
}

function next(): void {
  // Whoever is at work does not wait for others: it asks the core itself.
  waits = false;
  const step = steps.shift();
  if (step) attempt(step, undefined);
  waits = steps.length > 0;
}

function run(): void {
  if (waits) next();
  if (waits) schedule();
}

/** `setTimeout` may be a second late, on a page that is opened in the background. */
function schedule(): void {
  const posted = attempt(() => {
    const { scheduler } = globalThis as { scheduler?: { postTask?: (task: () => void) => unknown } };
    return Boolean(scheduler?.postTask?.(run));
  }, false);
  if (!posted) attempt(() => setTimeout(run), undefined);
}
