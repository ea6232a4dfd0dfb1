// Set-up as a whole: every step looks first whether there is anything to do.
import { Problem } from '../lib/say.mjs';
import { setupBrowser } from './browser.mjs';
import { setupEngines } from './engines.mjs';
import { setupGeckodriver } from './geckodriver.mjs';
import { setupPackages } from './packages.mjs';
import { setupProtobuf } from './protobuf.mjs';
import { setupRust } from './rust.mjs';
import { setupRustSource } from './rust-source.mjs';
import { setupWasmTools } from './wasm-tools.mjs';

const NODE_MAJOR = 20;

/**
 * Brings the machine to where everything can be built and tested; takes well under a second where it is.
 *
 * @param {object} [options]
 * @param {boolean} [options.browser] false where no browser test follows
 */
export async function setup({ browser = true } = {}) {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
    throw new Problem(
      `Node.js ${NODE_MAJOR} or newer is needed, this is ${process.versions.node}: install a newer one from your system's packages or nodejs.org.`,
    );
  }
  await setupPackages();
  await setupRust();
  await setupRustSource();
  await setupWasmTools();
  if (browser) {
    await setupBrowser();
    await setupEngines();
    await setupGeckodriver();
    await setupProtobuf();
  }
}
