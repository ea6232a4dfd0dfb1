// Pages whose server has named a trace by headers of the W3C, for tests.
import { beforeEach } from 'node:test';
import { startTag, useBrowser, useServer } from './browser.mjs';

/** Two traces, and a span. */
export const A = '771a43a4192642f0b136d5159a501700';
export const B = '0123456789abcdef0123456789abcdef';
export const SPAN = 'b0e6f15b45c36b12';

/** A `traceparent`. */
export const parentOf = (id, flags = '01') => `00-${id}-${SPAN}-${flags}`;

/** A tag as a server writes it. */
export const meta = (name, content) => `<meta name="${name}" content="${content.replaceAll('&', '&amp;')}">`;

export const PROPAGATES = { propagateTraceparent: true };

/**
 * A browser and a server for a file of tests, and pages of both.
 *
 * @returns {{ browser: object, server: object, open: (head: string, given?: object) => Promise<object>, close: (page: object) => Promise<void>,
 *   requests: (page: object) => Promise<object> }} `requests` answers with the headers of a `fetch`, and of an `XMLHttpRequest`
 */
export function usePages() {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** A page that has begun with this head and these headers, in a browser that may be given. */
  async function open(head, { headers = {}, options = PROPAGATES, page } = {}) {
    const pageHead = ({ url }) => (url.startsWith('/page') ? head + startTag(server, {}, options) : '');
    Object.assign(server, { head: pageHead, headers });
    const opened = page ?? (await browser.page());
    await opened.goto(`${server.url}/page`);
    return opened;
  }

  const close = (page) => page.context().close();

  const requests = (page) =>
    page.evaluate(async () => {
      const { 'sentry-trace': trace, baggage, traceparent, tracestate } = await (await fetch('/echo')).json();
      const xhr = await new Promise((resolve) => {
        const asked = new XMLHttpRequest();
        asked.open('GET', '/echo');
        asked.onload = () => resolve(JSON.parse(asked.responseText));
        asked.send();
      });
      return { trace, baggage, traceparent, tracestate, xhr: [xhr.traceparent, xhr.tracestate] };
    });

  return { browser, server, open, close, requests };
}
