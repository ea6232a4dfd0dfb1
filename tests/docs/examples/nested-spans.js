// Measure parts of an operation, with attributes, and a child that fails.
import * as Sentry from 'throughline';

globalThis.answer = await Sentry.startSpan(
  { name: 'checkout', op: 'ui.action', attributes: { 'cart.size': 3 } },
  async (span) => {
    await Sentry.startSpan({ name: 'validate', op: 'function' }, () => Promise.resolve());
    try {
      await Sentry.startSpan({ name: 'charge', op: 'function' }, () => Promise.reject(new Error('declined')));
    } catch {
      span.setAttribute('declined', true);
    }
    return 'done';
  },
);
