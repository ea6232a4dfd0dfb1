// Engines beside Chromium, for the tests that need more than one. Nothing else depends on them: where they cannot be
// had, set-up names them and goes on.
import { Problem, say } from '../lib/say.mjs';
import { firefoxPath, webKitDriverPath, xvfbPath } from '../toolchain.mjs';
import { canInstall, install } from './apt.mjs';

/** What an engine needs: Debian's packages, and how their programs are found. */
const NEEDS = {
  Chromium: {},
  Firefox: { 'firefox-esr': firefoxPath },
  WebKitGTK: { 'webkit2gtk-driver': webKitDriverPath, xvfb: xvfbPath },
};

/**
 * The Debian packages that an engine lacks here.
 * @param {keyof NEEDS} engine
 */
export function lackingPackages(engine) {
  return Object.entries(NEEDS[engine]).flatMap(([name, find]) => (find() ? [] : name));
}

/** Installs what the engines lack, on Debian; elsewhere says what the tests will do without. */
export async function setupEngines() {
  const lacking = Object.keys(NEEDS).filter((engine) => lackingPackages(engine).length);
  if (!lacking.length) return;
  const packages = lacking.flatMap(lackingPackages);
  const without = `${lacking.join(' and ')} cannot be tested here: ${packages.join(', ')} (by Debian's names) would be needed`;
  if (!canInstall()) {
    say(without);
    return;
  }
  say(`installing ${lacking.join(' and ')} from Debian (about a minute)`);
  try {
    await install(packages, without);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  }
}
