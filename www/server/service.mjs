// What the three Express services share: sentences for errors, a health route, a start and a quiet end.

import express from 'express';

/** Largest JSON body a service accepts; an order has about 60 bytes. */
const JSON_LIMIT = '10kb';

/** An Express app with the habits all services share. */
export function createService(name) {
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', (_request, response) => response.json({ service: name, ok: true }));
  return app;
}

export const jsonBody = () => express.json({ limit: JSON_LIMIT });

/** Adds the last handlers and starts listening; `close` runs once when the process is asked to stop. */
export function start(app, port, close = () => {}) {
  app.use((_request, response) => {
    response.status(404).json({ error: 'not_found', message: 'There is nothing at this address.' });
  });
  // Express knows an error handler by its four parameters.
  app.use((error, _request, response, _next) => {
    const status = error.status >= 400 && error.status < 500 ? error.status : 500;
    if (status === 500) console.error(error);
    response.status(status).json({
      error: error.type ?? 'server_error',
      message: status === 500 ? 'Something went wrong on our side.' : 'The request could not be read.',
    });
  });

  const server = app.listen(port, (error) => {
    if (!error) return;
    console.error(`Cannot listen on port ${port}: ${error.message}.`);
    process.exit(1);
  });

  const stop = () => {
    server.close();
    server.closeAllConnections();
    close();
    process.exit(0);
  };
  onStop(stop);
}

/** Calls back when the process is asked to stop, or when whoever started it is gone. */
export function onStop(stop) {
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // The start script holds the other end of an IPC channel. It may have gone before we got here.
  process.once('disconnect', stop);
  if (process.connected === false) stop();
}
