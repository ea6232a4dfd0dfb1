// Tracing for one service, before anything else of it: `node --import ./www/server/telemetry.mjs <service>`.
// SERVICE_NAME says which service this process is.

import { usesSentryNode } from './sdk.mjs';

await import(usesSentryNode ? './with-sentry-node.mjs' : './with-throughline.mjs');
