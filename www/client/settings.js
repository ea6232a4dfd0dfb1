// What the server tells the client: addresses and tracing options, rendered into the page as JSON.

/** @type {{dsn: string, release: string, environment: string, tracesSampleRate: number, ordersUrl: string, spotlightUrl: string}} */
export const settings = JSON.parse(document.getElementById('settings').textContent);
