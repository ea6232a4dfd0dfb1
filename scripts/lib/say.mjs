// What set-up and the other scripts tell a person: one line per step, one sentence per problem.

/** A problem whose message is a sentence for the person at the terminal; printed without a stack trace. */
export class Problem extends Error {}

/** @param {string} line */
export function say(line) {
  console.log(`throughline: ${line}`);
}

/**
 * Runs a script's main function; a Problem becomes one sentence and exit code 1.
 * @param {() => unknown} script
 */
export async function main(script) {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`throughline: ${error.message}`);
    process.exitCode = 1;
  }
}
