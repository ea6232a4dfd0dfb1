// Three engines behind one small driver: `launch` answers a browser, its `open` a window of it, and a window knows
// `goto`, `back`, `forward`, `reload`, `click`, `evaluate` and `close`.
import { launchChromium } from './engines/chromium.mjs';
import { launchFirefox } from './engines/firefox.mjs';
import { launchWebKit } from './engines/webkit.mjs';

/** By the names that scripts/setup/engines.mjs gives them. */
export const engines = {
  Chromium: launchChromium,
  Firefox: launchFirefox,
  WebKitGTK: launchWebKit,
};
