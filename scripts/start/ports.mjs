// Which port each part of the demo gets, and whether it is free.

import { createServer } from 'node:net';
import { Problem } from '../lib/say.mjs';

/** The four processes, their default ports and the environment variables that change them. */
export const PORT_SETTINGS = {
  web: { variable: 'WEB_PORT', fallback: 3000 },
  orders: { variable: 'ORDERS_PORT', fallback: 3001 },
  payments: { variable: 'PAYMENTS_PORT', fallback: 3002 },
  spotlight: { variable: 'SPOTLIGHT_PORT', fallback: 8969 },
};

/**
 * `{web, orders, payments, spotlight}`: from `wanted`, else from the environment, else the defaults.
 * 0 asks for any free port. Throws a sentence when a port is taken or is no port.
 */
export async function choosePorts(wanted = {}, environment = process.env) {
  const ports = {};
  for (const [name, { variable, fallback }] of Object.entries(PORT_SETTINGS)) {
    const port = Number(wanted[name] ?? (environment[variable] || fallback));
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new Problem(`${variable} has to be a port number between 1 and 65535.`);
    }
    if (port !== 0 && Object.values(ports).includes(port)) {
      throw new Problem(`Port ${port} is given to two services; choose another one with ${variable}.`);
    }
    ports[name] = await claim(name, port);
  }
  return ports;
}

/** Listens for a moment: resolves to the port if that works. */
function claim(name, port) {
  const { variable } = PORT_SETTINGS[name];
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code, message }) => {
      const example = `${variable}=${port + 100 <= 65535 ? port + 100 : 4000} npm start`;
      const sentence =
        code === 'EADDRINUSE'
          ? `Port ${port} for ${name} is already in use: stop the program that uses it, or choose another port, for example with ${example}.`
          : `Port ${port} for ${name} cannot be used (${message}): choose another port, for example with ${example}.`;
      reject(new Problem(sentence));
    });
    server.listen(port, () => {
      const { port: chosen } = server.address();
      server.close(() => resolve(chosen));
    });
  });
}
