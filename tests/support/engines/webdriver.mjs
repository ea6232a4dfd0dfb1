// A browser by classic WebDriver (https://www.w3.org/TR/webdriver2/), however its commands travel.
import { call } from './call.mjs';

/** Commands by the names of the standard, and how they are spelt in HTTP. */
export const COMMANDS = {
  Navigate: ['POST', '/url'],
  Back: ['POST', '/back'],
  Forward: ['POST', '/forward'],
  GetWindowHandle: ['GET', '/window'],
  ExecuteAsyncScript: ['POST', '/execute/async'],
  NewWindow: ['POST', '/window/new'],
  SwitchToWindow: ['POST', '/window'],
  CloseWindow: ['DELETE', '/window'],
};

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
