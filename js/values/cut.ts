// Texts of the page that are longer than anything that is recorded on purpose.

import { complain } from './debug.js';
import { flat } from './flat.js';

/** Longer texts are cut. A server refuses a transaction of 1 MiB; and what is judged is far shorter. */
export const MAX_TEXT = 200_000;

/** A text, or its beginning: a copy, so that the rest of it can be forgotten. */
export function cut(text: string): string {
  const { length } = text;
  if (length <= MAX_TEXT) return text;
  complain(`a text was cut: ${length - MAX_TEXT} of its ${length} characters are left out`);
  return flat(text.slice(0, MAX_TEXT));
}
