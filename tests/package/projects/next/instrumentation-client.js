import { browserTracingIntegration, init } from 'throughline';

init({
  dsn: 'http://public@localhost:1/1',
  tunnel: '/tunnel',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration({ idleTimeout: 100 })],
});
