// Nothing to do here: the SDK has judged the trace in the HTML already.
import * as Sentry from 'throughline';

export function run(show) {
  const ofPage = Sentry.getTraceData()['sentry-trace'];
  const tag = document.querySelector('meta[name="sentry-trace"]');
  const isOurs = ofPage.startsWith(tag.content.slice(0, 32));
  if (isOurs) show('This HTML is fresh: the page goes on with its trace.');
  else show('This HTML is stale: the page has begun a trace of its own.');
}
