// The page's one worker, started when it is asked for the first time.

import { settings } from './settings.js';

let worker;

export function startWorker() {
  worker ??= new Worker(new URL('./examples/worker-thread.js', import.meta.url), {
    name: JSON.stringify(settings),
  });
  return worker;
}
