// Every call that JavaScript makes into the core, counted from outside: what `WebAssembly.Instance` answers with is wrapped
// before the package is imported.

/** Makes room for texts, and judges nothing. */
const ROOM = 'room';

/**
 * Counts the calls on every page that the browser opens from now on: by name in `crossed`, and in `rooms` how often more room was
 * made for texts; `core` says what the core is made of.
 */
export function countCrossings(browser) {
  const { page } = browser;
  browser.page = async (options) => {
    const opened = await page(options);
    await opened.addInitScript(count, ROOM);
    return opened;
  };
}

/** Runs in the page before everything else. */
function count(room) {
  Object.assign(globalThis, { crossed: [], rooms: 0 });
  const { Instance, Module } = WebAssembly;
  WebAssembly.Instance = class {
    constructor(module, ...imports) {
      const { exports } = new Instance(module, ...imports);
      globalThis.core = { imports: Module.imports(module), exports: Module.exports(module), ...exports };
      this.exports = Object.fromEntries(
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
    }
  };
}
