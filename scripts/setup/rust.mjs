// A Rust toolchain that compiles to WebAssembly: the person's own, or Debian's.
import { output, run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { which } from '../toolchain.mjs';
import { canInstall } from './apt.mjs';
import { compiles, isNewEnough, leastVersion, TARGET } from './compiler.mjs';
import { choose, debianIsReady, installDebian, isChosen, linkerIsKnown, unchoose } from './debian-rust.mjs';
import { versionIn } from './versions.mjs';

// The library is about 20 MB; a machine that cannot reach its host says so at once or never.
const RUSTUP_TIMEOUT = 180_000;

/** Makes `cargo build --target wasm32-unknown-unknown` work in the project's folder. */
export async function setupRust() {
  if (isReady()) return;
  // Debian's toolchain was chosen when it was there; now it is gone or another version.
  if (isChosen()) unchoose();
  if (isReady()) return;

  if (debianIsReady()) choose();
  else if (await addedByRustup()) return;
  else if (canInstall()) await installDebian();
  else throw new Problem(missing());

  if (!isReady()) {
    throw new Problem(
      `rustc still has no ${TARGET}: unset RUSTUP_TOOLCHAIN, or run \`rustup target add ${TARGET}\`.`,
    );
  }
}

function isReady() {
  return Boolean(which('cargo')) && compiles('rustc') && linkerIsKnown();
}

async function addedByRustup() {
  if (!which('rustup') || !isNewEnough(output('rustc', ['--version']))) return false;
  say(`adding Rust's target ${TARGET} by rustup (about a minute)`);
  try {
    await run('rustup', ['target', 'add', TARGET], { log: 'rustup', quiet: true, timeout: RUSTUP_TIMEOUT });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say('rustup could not add it (.tools/log/rustup.log)');
  }
  return isReady();
}

function missing() {
  const version = output('rustc', ['--version']);
  if (!version || !which('cargo')) {
    return 'Rust (cargo and rustc) is missing: install it with rustup, see rustup.rs.';
  }
  if (!isNewEnough(version)) {
    return `Rust ${leastVersion()} or newer is needed, this is ${versionIn(version)}: run \`rustup update\`.`;
  }
  return `Rust's target ${TARGET} is missing: run \`rustup target add ${TARGET}\`.`;
}
