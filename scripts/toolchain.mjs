// The environment that cargo, wasm-pack, wasm-opt and chromedriver run in, and the browser that tests use.
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root, tools } from './lib/project.mjs';

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const FIREFOXES = ['firefox-esr', 'firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

/** Folders before the person's own PATH: these versions are the ones that fit together. */
export const toolPath = [join(tools, 'bin'), join(root, 'node_modules', '.bin')];

/**
 * The environment for every tool of the build: the given one, with the project's programs first in PATH.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnv(env = process.env) {
  // wasm-pack takes the first chromedriver in PATH and knows no variable for it.
  const driver = env.CHROMEDRIVER ? [dirname(env.CHROMEDRIVER)] : [];
  // rustup's folder comes last: a shell that never read the person's profile does not have it.
  const cargo = join(env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  const folders = [...toolPath, ...driver, ...(env.PATH ?? '').split(delimiter), cargo];
  return { ...env, PATH: [...new Set(folders.filter(Boolean))].join(delimiter) };
}

/**
 * The full path of a program, or undefined.
 * @param {string} name a name to look up in PATH, or a path
 */
export function which(name) {
  const folders = name.includes('/') ? [''] : toolEnv().PATH.split(delimiter);
  return folders.map((folder) => (folder ? join(folder, name) : name)).find(isExecutable);
}

/** The browser's program file, for playwright-core's `executablePath`; undefined where there is none. */
export function browserPath() {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) return which(CHROME_PATH);
  return BROWSERS.map(which).find(Boolean);
}

/**
 * The program file for pages that nobody looks at: Chromium without windows, tabs and extensions, which opens a page in half of
 * the time, where Debian has it as a program of its own; else the whole browser.
 */
export function headlessPath() {
  return (!process.env.CHROME_PATH && which('chromium-headless-shell')) || browserPath();
}

/** ChromeDriver's program file, for `wasm-pack test`; undefined where there is none. */
export function driverPath() {
  return which(process.env.CHROMEDRIVER || 'chromedriver');
}

/** Firefox's program file; undefined where there is none. */
export function firefoxPath() {
  return FIREFOXES.map(which).find(Boolean);
}

/** geckodriver's program file, for `wasm-pack test`; undefined where there is none. */
export function geckodriverPath() {
  return which(process.env.GECKODRIVER || 'geckodriver');
}

/** The driver of WebKitGTK; undefined where there is none. */
export function webKitDriverPath() {
  return which('WebKitWebDriver');
}

/** A display that nobody sees; undefined where there is none. */
export function xvfbPath() {
  return which('Xvfb');
}

/**
 * Arguments for every start of the browser: no sandbox, since root has none (webdriver.json says the same
 * to `wasm-pack test`), and none of the connections that Chromium opens on its own.
 */
export const browserArgs = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
