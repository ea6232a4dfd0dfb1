// Lets the demo's pages ask a service of another origin.
//
// `sentry-trace` and `baggage` are custom headers, so the browser asks first; without this answer it would not
// send the request at all.

import { URLS } from './settings.mjs';

export function allowPage(request, response, next) {
  response.vary('Origin');
  if (request.get('origin') === URLS.web) response.set('Access-Control-Allow-Origin', URLS.web);
  if (request.method !== 'OPTIONS') return next();
  response.set({
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'content-type, sentry-trace, baggage',
    'Access-Control-Max-Age': '600',
  });
  response.sendStatus(204);
}
