// OpenTelemetry's own definition of its protocol, for Python: by it tests read what `throughline/otlp` sends. Nothing else depends on
// it: where it cannot be had, set-up says so and goes on.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, replaceFile, tools } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { which } from '../toolchain.mjs';
import { canInstall, install } from './apt.mjs';

/** The packages, of PyPI; the second is what the first is written for. */
const PACKAGES = ['opentelemetry-proto==1.45.2', 'protobuf==7.36.2'];

const FOLDER = join(tools, 'python');
/** Is written when all is there. */
const DONE = join(FOLDER, 'packages.txt');

const failure = `${PACKAGES.join(' and ')} could not be installed for Python, see .tools/log/python.log: what throughline/otlp sends is not read by OpenTelemetry's own definition.`;

/** The Python that has these packages, or undefined. */
export function protobufPython() {
  return readIfThere(DONE) === PACKAGES.join('\n') ? which(join(FOLDER, 'bin', 'python3')) : undefined;
}

/** Installs them into an environment of their own, .tools/python. */
export async function setupProtobuf() {
  if (protobufPython()) return;
  say(`installing ${PACKAGES.join(' and ')} for tests (under a minute)`);
  try {
    rmSync(FOLDER, { recursive: true, force: true });
    await makeEnvironment();
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', ...PACKAGES];
    await run(join(FOLDER, 'bin', 'python3'), pip, { log: 'python', quiet: true, failure });
    replaceFile(DONE, PACKAGES.join('\n'));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  }
}

/** Debian's Python has what makes environments in a package of its own. */
async function makeEnvironment() {
  const make = () => run('python3', ['-m', 'venv', FOLDER], { log: 'python', quiet: true, failure });
  try {
    await make();
  } catch (error) {
    if (!(error instanceof Problem) || !canInstall()) throw error;
    await install(['python3-venv'], failure);
    await make();
  }
}
