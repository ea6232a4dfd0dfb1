// Ours, as built.
import * as Throughline from '../../dist/index.js';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(Throughline);
