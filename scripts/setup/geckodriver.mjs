// geckodriver, which `wasm-pack test --headless --firefox` needs: Debian has no package of it. Nothing else depends on it:
// where it cannot be built, set-up says so and goes on.
import { Problem, say } from '../lib/say.mjs';
import { firefoxPath, geckodriverPath } from '../toolchain.mjs';
import { cargoInstall, cleanBuilds } from './cargo-install.mjs';

const GECKODRIVER = '0.37.1';

/** Builds it into .tools/bin, where there is a Firefox and no other geckodriver. */
export async function setupGeckodriver() {
  if (!firefoxPath() || geckodriverPath()) return;
  say(`building geckodriver ${GECKODRIVER} (1 to 2 minutes)`);
  try {
    await cargoInstall('geckodriver', GECKODRIVER, ['--locked']);
    cleanBuilds();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(`${error.message} The edge is not tested in Firefox without it.`);
  }
}
