// A browser by classic WebDriver (https://www.w3.org/TR/webdriver2/), however its commands travel.
import { call } from './call.mjs';

/** Commands by the names of the standard, and how they are spelt in HTTP. */
export const COMMANDS = {
  Navigate: ['POST', '/url'],
  Back: ['POST', '/back'],
  Forward: ['POST', '/forward'],
  Refresh: ['POST', '/refresh'],
  GetWindowHandle: ['GET', '/window'],
  ExecuteAsyncScript: ['POST', '/execute/async'],
  FindElement: ['POST', '/element'],
  ElementClick: ['POST', '/element/{id}/click'],
  NewWindow: ['POST', '/window/new'],
  SwitchToWindow: ['POST', '/window'],
  CloseWindow: ['DELETE', '/window'],
};

/** By which member an answer names an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** How long a script of a test may take, in milliseconds. */
export const TIMEOUTS = { script: 60_000, pageLoad: 60_000 };

// By the page's own `eval`: Firefox runs scripts of a driver in a realm beside the page's.
const SCRIPT = `
  const [expression, done] = arguments;
  Promise.resolve()
    .then(() => window.eval(expression))
    .then((value) => done({ value }), (error) => done({ error: [error, error?.stack].join('\\n') }));
`;

/**
 * A browser whose session has begun.
 * @param {(command: keyof COMMANDS, parameters: object) => Promise<any>} send
 * @param {() => Promise<void>} close
 */
export function driven(send, close) {
  let current;
  /** A command to a window. */
  async function to(handle, command, parameters = {}) {
    if (current !== handle) await send('SwitchToWindow', { handle });
    current = handle;
    return send(command, parameters);
  }
  let first;
  return {
    async open() {
      // From a window that stays: one that was closed cannot open another.
      first ??= await send('GetWindowHandle', {});
      const { handle } = await to(first, 'NewWindow', { type: 'window' });
      return {
        goto: (url) => to(handle, 'Navigate', { url }),
        back: () => to(handle, 'Back'),
        forward: () => to(handle, 'Forward'),
        reload: () => to(handle, 'Refresh'),
        async click(selector) {
          const found = await to(handle, 'FindElement', { using: 'css selector', value: selector });
          await to(handle, 'ElementClick', { id: found[ELEMENT] });
        },
        async evaluate(does, ...args) {
          const { value, error } = await to(handle, 'ExecuteAsyncScript', {
            script: SCRIPT,
            args: [call(does, args)],
          });
          if (error) throw new Error(error);
          return value;
        },
        close: () => to(handle, 'CloseWindow'),
      };
    },
    close,
  };
}
