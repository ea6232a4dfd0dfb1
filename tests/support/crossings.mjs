// Every call that JavaScript makes into the core, counted from outside, whichever core that is.
import { readFile } from 'node:fs/promises';
import { isWebAssembly, pathOf } from './built.mjs';

/** Makes room for texts, and judges nothing. */
const ROOM = 'room';

/** What the function ends with that makes the core that is JavaScript, in the built package. */
const MADE = /return(\{memory:\{get buffer\(\)\{[^}]*\}\},[^}]*\})/;

/**
 * Lets a page that is opened have a function `onCore(exports, module)`, which must be there before everything else: it gets what each
 * core exports, and what it answers the package has in its place.
 */
export async function watchCores(page) {
  if (isWebAssembly) return page.addInitScript(watchInstances);
  return page.route(/\/(index|throughline\.min)\.js/, async (route) => {
    const { pathname } = new URL(route.request().url());
    const text = await readFile(pathOf(pathname === '/index.js' ? 'module' : 'script'), 'utf8');
    const body = text.replace(MADE, 'return onCore($1)');
    if (body === text)
      throw new Error('The package makes its core otherwise: see MADE in tests/support/crossings.mjs.');
    await route.fulfill({ body, contentType: 'text/javascript' });
  });
}

/** Runs in the page. */
function watchInstances() {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    constructor(module, ...imports) {
      this.exports = onCore(new Instance(module, ...imports).exports, module);
    }
  };
}

/**
 * Counts the calls on every page that the browser opens from now on: by name in `crossed`, and in `rooms` how often more room was
 * made for texts; `core` says what the core is made of.
 */
export function countCrossings(browser) {
  const { page } = browser;
  browser.page = async (options) => {
    const opened = await page(options);
    await opened.addInitScript(count, ROOM);
    await watchCores(opened);
    return opened;
  };
}

/** Runs in the page before everything else. */
function count(room) {
  Object.assign(globalThis, { crossed: [], rooms: 0 });
  globalThis.onCore = (exports, module) => {
    const { imports, exports: kinds } = module ? WebAssembly.Module : {};
    globalThis.core = { imports: imports?.(module), exports: kinds?.(module), ...exports };
    return Object.fromEntries(
      Object.entries(exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value];
        const counted = (...given) => {
          if (name === room) rooms += 1;
          else crossed.push(name);
          return value(...given);
        };
        return [name, counted];
      }),
    );
  };
}
