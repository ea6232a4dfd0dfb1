// Follows a trace as its spans arrive at the collector.
//
// The SDK traces `fetch` and XMLHttpRequest: asking with them while a span is active would add the
// question to the very trace it asks about. An EventSource is not traced.

/** Services report within milliseconds, the page load about a second later; then we stop, in milliseconds. */
const WATCH_TIME = 10_000;

/**
 * Calls `onSpans(spans)` now and whenever spans arrive, then `onEnd(reason)` once: 'time' or 'error'.
 * Returns what stops it without a further call.
 */
export function watchTrace(traceId, { onSpans, onEnd }) {
  const source = new EventSource(`/api/traces/${traceId}/events`);
  const stop = () => {
    source.close();
    clearTimeout(timer);
  };
  const timer = setTimeout(() => {
    stop();
    onEnd('time');
  }, WATCH_TIME);
  source.onmessage = ({ data }) => onSpans(JSON.parse(data).spans);
  source.onerror = () => {
    stop();
    onEnd('error');
  };
  return stop;
}
