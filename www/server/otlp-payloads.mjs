// Reads OTLP/HTTP requests with traces, in JSON, as far as the demo needs: the same spans as those of envelopes (envelopes.mjs).
// https://opentelemetry.io/docs/specs/otlp/#otlphttp

/** `Buffer` → the request, or null when it is none. */
export function parsePayload(body) {
  try {
    const payload = JSON.parse(body.toString('utf8'));
    return Array.isArray(payload?.resourceSpans) ? payload : null;
  } catch {
    return null;
  }
}

/** Every span of a request; each says of which service it is. */
export function spansOf(payload) {
  return payload.resourceSpans.flatMap((group) => {
    const service = String(valuesOf(group?.resource?.attributes)['service.name'] ?? 'unknown_service');
    return list(group?.scopeSpans)
      .flatMap((scope) => list(scope?.spans))
      .filter((span) => isSpan(span))
      .map((span) => spanOf(span, service));
  });
}

function spanOf(span, service) {
  const attributes = valuesOf(span.attributes);
  const { code, message } = span.status ?? {};
  const httpStatus = Number(attributes['http.response.status_code'] ?? Number.NaN);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || null,
    service,
    name: String(span.name ?? ''),
    op: String(attributes['sentry.op'] ?? 'default'),
    status: code === 2 ? String(message || 'internal_error') : 'ok',
    httpStatus: Number.isInteger(httpStatus) ? httpStatus : null,
    start: seconds(span.startTimeUnixNano),
    end: seconds(span.endTimeUnixNano),
    links: list(span.links).filter(isLink).map(linkOf),
  };
}

const list = (given) => (Array.isArray(given) ? given : []);

/** Attributes as an object; of each value what stands behind its type. */
const valuesOf = (attributes) =>
  Object.fromEntries(
    list(attributes)
      .filter(Boolean)
      .map(({ key, value }) => [key, Object.values(value ?? {})[0]]),
  );

/** Nanoseconds as text, in whole microseconds: a number has no more digits. */
const seconds = (nanos) => Number(BigInt(nanos) / 1000n) / 1e6;

const isLink = (link) => /^[0-9a-f]{32}$/.test(link?.traceId);

const linkOf = ({ traceId, attributes }) => ({
  traceId,
  type: String(valuesOf(attributes)['sentry.link.type'] ?? 'link'),
});

const isSpan = (span) =>
  /^[0-9a-f]{32}$/.test(span?.traceId) &&
  /^[0-9a-f]{16}$/.test(span?.spanId) &&
  /^\d+$/.test(span?.startTimeUnixNano) &&
  /^\d+$/.test(span?.endTimeUnixNano);
