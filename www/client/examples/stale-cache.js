// Nothing to do here: the SDK has judged the trace in the HTML already.
import * as Sentry from 'throughline';

export function run(show) {
  const { content } = document.querySelector('meta[name="sentry-trace"]');
  const isOurs = Sentry.getTraceData()['sentry-trace'].startsWith(
    content.slice(0, 32),
  );
  show(
    isOurs
      ? 'You are the first to see this HTML: the page goes on with its trace.'
      : 'This HTML is older than your visit: the page has begun its own trace.',
  );
}
