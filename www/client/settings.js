// What the server tells the client: addresses, tracing options and which page this is, rendered into the page as JSON.
// A worker has no page: there it is the worker's name.

const isPage = typeof document === 'object';

/** @type {{backend: 'sentry' | 'otlp', dsn: string, release: string, environment: string, tracesSampleRate: number, ordersUrl: string, spotlightUrl: string, page: string}} */
export const settings = JSON.parse(isPage ? document.getElementById('settings').textContent : self.name);
