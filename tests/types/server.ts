// What options of servers are given: each with its whole shape.
import { httpIntegration, init, type OutgoingRequest } from '../../dist/node.js';

const isInside = ({ host, hostname, port, protocol }: OutgoingRequest): boolean =>
  `${protocol}//${host}` === `${protocol}//${hostname}:${port}`;

init({
  integrations: [
    httpIntegration({
      ignoreOutgoingRequests: (url, request) =>
        url.endsWith('/health') ||
        request.method === 'HEAD' ||
        'x-own' in request.headers ||
        isInside(request),
    }),
  ],
});
