// Pages that send by `XMLHttpRequest` and are traced.
import { openTraced, usePages } from './api.mjs';
import { openPackage } from './browser.mjs';

/** What every page here has: sends a request and waits for its end. */
export const SEND = `
  globalThis.send = (method, url, { headers = {}, body, xhr = new XMLHttpRequest(), before } = {}) =>
    new Promise((resolve) => {
      xhr.open(method, url);
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      before?.(xhr);
      xhr.addEventListener('loadend', () => resolve(xhr), { once: true });
      xhr.send(body);
    });
  globalThis.root = (code) => T.startSpan({ name: 'root' }, code);
`;

/** The servers and pages of a file of tests. */
export function useXhr() {
  const { browser, server, api } = usePages();

  async function open(options, tracing) {
    const page = await openPackage(browser, server);
    await page.addScriptTag({ content: SEND });
    return openTraced(page, options, tracing);
  }

  /** Runs code of a page; answers with what it told, and with the spans that arrived. */
  async function run(code, ...given) {
    const page = await open(...given);
    const told = await page.evaluate(
      ([source, api]) => new Function('api', `return (${source})(api)`)(api),
      [code.toString(), api.url],
    );
    const [{ payload }] = await server.received(1);
    return { told, spans: payload.spans, page };
  }

  return { browser, server, api, open, run };
}
