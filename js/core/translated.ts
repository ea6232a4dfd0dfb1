// The core as JavaScript, where WebAssembly may not run.

import { make } from 'throughline:translation';
import type { Exports } from './exports.js';

/** Answers with what makes a core; there is nothing to compile. */
export function prepare(): () => Exports {
  return make;
}
