// Print what all parts of a trace agree on.
import * as Sentry from 'throughline';

Sentry.startSpan({ name: 'checkout', op: 'ui.action' }, (span) => {
  const dsc = Sentry.getDynamicSamplingContextFromSpan(span);
  console.log('trace_id:', dsc.trace_id);
  console.log('public_key:', dsc.public_key);
  console.log('release:', dsc.release);
  console.log('environment:', dsc.environment);
  console.log('sample_rate:', dsc.sample_rate);
  console.log('transaction:', dsc.transaction);
});
