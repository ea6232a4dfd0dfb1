// Ours, as built, sending transactions, which is its default.
import { ours } from './ours.mjs';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(ours);
