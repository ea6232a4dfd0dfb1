// Chrome or Chromium and its driver, for the tests that need a browser.
import { Problem, say } from '../lib/say.mjs';
import { browserPath, driverPath } from '../toolchain.mjs';
import { canInstall, install } from './apt.mjs';

/** Finds the browser and ChromeDriver; on Debian, installs them where they are missing. */
export async function setupBrowser() {
  if (process.env.CHROME_PATH && !browserPath()) {
    throw new Problem('CHROME_PATH names no program: let it name the Chrome or Chromium to test with.');
  }
  if (browserPath() && driverPath()) return;
  if (canInstall()) {
    say('installing Chromium and its driver from Debian (about a minute)');
    await install(
      ['chromium', 'chromium-driver'],
      'Chromium could not be installed: see above, or install Chrome and ChromeDriver and run this again.',
    );
    return;
  }
  if (!browserPath()) {
    throw new Problem(
      'No Chrome or Chromium was found: install one, or let CHROME_PATH name its program file.',
    );
  }
  // On such a machine wasm-pack fetches the driver itself.
  say('no chromedriver in PATH or CHROMEDRIVER: `wasm-pack test` will fetch one');
}
