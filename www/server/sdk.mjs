// Which SDK traces this service: ours, or in payments the one that PAYMENTS_SDK names. What services call is called alike in both.

const OURS = 'throughline/node';
const SENTRY = '@sentry/node';

const name = (process.env.SERVICE_NAME === 'payments' && process.env.PAYMENTS_SDK) || OURS;
if (name !== OURS && name !== SENTRY) {
  console.error(`PAYMENTS_SDK has to be ${OURS} or ${SENTRY}, not ${name}.`);
  process.exit(1);
}

export const usesSentryNode = name === SENTRY;

/** Loaded by its name, so that a process has one of them and nothing of the other. */
export const { startSpan } = await import(name);
