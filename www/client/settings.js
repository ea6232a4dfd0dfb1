// What the server tells the client: addresses, tracing options and which page this is, rendered into the page as JSON.

/** @type {{dsn: string, release: string, environment: string, tracesSampleRate: number, ordersUrl: string, spotlightUrl: string, page: string}} */
export const settings = JSON.parse(document.getElementById('settings').textContent);
