// What `npm run bench` can be told.
import { parseArgs } from 'node:util';
import { Problem } from '../scripts/lib/say.mjs';
import { ESSENTIAL, FURTHER, SUBJECTS } from './subjects.mjs';

/** How often everything is measured for the record. */
const ROUNDS = 9;

/**
 * @param {Record<string, object>} parts all there are
 * @param {string[]} [args]
 * @returns {{ parts: Record<string, object>, subjects: typeof SUBJECTS, rounds: number, write: boolean }}
 */
export function optionsOf(parts, args) {
  const values = given(args);
  const isWhole = values.part === undefined;
  const rounds = Number(values.rounds ?? (isWhole ? ROUNDS : 1));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Problem(`--rounds ${values.rounds} is no number of rounds: give a whole number, 1 or more.`);
  }
  const names = isWhole ? Object.keys(parts) : values.part.split(',');
  const also = values.also === undefined ? [] : values.also.split(',');
  const subjects = { ...(isWhole ? SUBJECTS : some(SUBJECTS, ESSENTIAL)) };
  for (const name of also) subjects[name] = known({ ...SUBJECTS, ...FURTHER }, name, '--also', 'subject');
  return {
    parts: Object.fromEntries(names.map((name) => [name, known(parts, name, '--part', 'part')])),
    subjects,
    rounds,
    // Some of the tables would replace all of them.
    write: values.write ?? (isWhole && also.length === 0),
  };
}

function given(args) {
  const options = {
    part: { type: 'string' },
    rounds: { type: 'string' },
    also: { type: 'string' },
    write: { type: 'boolean' },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Problem(
      `${error.message.split('.')[0]}: the bench takes --part spans,requests, --rounds 3, --also elastic and --write.`,
    );
  }
}

function some(all, names) {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

function known(all, name, option, what) {
  if (all[name]) return all[name];
  throw new Problem(`${option} knows no ${what} "${name}"; there are ${Object.keys(all).join(', ')}.`);
}
