// The ways in which a process on Node sends requests.
import http, { get, request } from 'node:http';
import { createRequire } from 'node:module';

const required = createRequire(import.meta.url)('http');

/** Sends by `node:http`, and reads the answer. */
export function ask(send) {
  return new Promise((resolve, reject) => {
    const sent = send((response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Each way of sending a request to an address, with headers. */
export const WAYS = {
  fetch: async (url, headers) => (await fetch(url, { headers })).text(),
  'fetch with a Request': async (url, headers) => (await fetch(new Request(url, { headers }))).text(),
  'http.get': (url, headers) => ask((read) => http.get(url, { headers }, read)),
  'http.get of an object': (url, headers) => {
    const { hostname, port, pathname } = new URL(url);
    return ask((read) => http.get({ hostname, port, path: pathname, headers }, read));
  },
  'http.request(URL, options, callback)': (url, headers) =>
    ask((read) => http.request(new URL(url), { headers }, read)),
  'http.request and "response"': (url, headers) =>
    ask((read) => http.request(url, { headers }).on('response', read)),
  'get, imported by name': (url, headers) => ask((read) => get(url, { headers }, read)),
  'request, imported by name': (url, headers) => ask((read) => request(url, { headers }, read)),
  'require("http")': (url, headers) => ask((read) => required.get(url, { headers }, read)),
  'an agent of its own': (url, headers) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    return ask((read) => http.get(url, { headers, agent }, read)).finally(() => agent.destroy());
  },
};
