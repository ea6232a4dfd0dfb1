// Chrome or Chromium and its driver, for the tests that need a browser.
import { Problem, say } from '../lib/say.mjs';
import { browserPath, driverPath, headlessPath } from '../toolchain.mjs';
import { canBring, canInstall, install } from './apt.mjs';

/** What opens pages that nobody looks at in half of the time. */
const QUICK = ['chromium-headless-shell'];

/** Finds the browser and ChromeDriver; on Debian, installs them where they are missing. */
export async function setupBrowser() {
  if (process.env.CHROME_PATH && !browserPath()) {
    throw new Problem('CHROME_PATH names no program: let it name the Chrome or Chromium to test with.');
  }
  if (browserPath() && driverPath()) return setupQuick();
  if (canInstall()) {
    say('installing Chromium and its driver from Debian (about a minute)');
    await install(
      ['chromium', 'chromium-driver'],
      'Chromium could not be installed: see above, or install Chrome and ChromeDriver and run this again.',
    );
    return setupQuick();
  }
  if (!browserPath()) {
    throw new Problem(
      'No Chrome or Chromium was found: install one, or let CHROME_PATH name its program file.',
    );
  }
  // On such a machine wasm-pack fetches the driver itself.
  say('no chromedriver in PATH or CHROMEDRIVER: `wasm-pack test` will fetch one');
}

/** On Debian, brings the browser without windows. Tests need it for their speed only. */
async function setupQuick() {
  if (process.env.CHROME_PATH || headlessPath() !== browserPath() || !canBring(QUICK)) return;
  say('installing Chromium without windows from Debian, for quicker tests');
  try {
    await install(QUICK, 'Chromium without windows could not be installed: tests use the whole browser.');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  }
}
