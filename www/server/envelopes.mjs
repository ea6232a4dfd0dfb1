// Reads Sentry envelopes as far as the demo needs: the spans inside transactions.
// https://develop.sentry.dev/sdk/data-model/envelopes/

/** `Buffer` → `{header, items: [{header, payload}]}`, or null when it is not an envelope. */
export function parseEnvelope(body) {
  let position = 0;
  const line = () => {
    const newline = body.indexOf('\n', position);
    const end = newline < 0 ? body.length : newline;
    const text = body.toString('utf8', position, end);
    position = end + 1;
    return text;
  };
  try {
    const header = JSON.parse(line());
    if (header === null || typeof header !== 'object' || Array.isArray(header)) return null;
    const items = [];
    while (position < body.length) {
      const text = line();
      if (text === '') continue;
      const itemHeader = JSON.parse(text);
      if (Number.isInteger(itemHeader?.length)) {
        const end = Math.min(body.length, position + Math.max(0, itemHeader.length));
        items.push({ header: itemHeader, payload: body.toString('utf8', position, end) });
        position = end + 1;
      } else {
        items.push({ header: itemHeader, payload: line() });
      }
    }
    return { header, items };
  } catch {
    return null;
  }
}

/** Every span that the envelope's transactions report, root first. */
export function spansOf(envelope, service) {
  return envelope.items
    .filter(({ header }) => header?.type === 'transaction')
    .flatMap(({ payload }) => transactionSpans(payload, service));
}

function transactionSpans(payload, service) {
  let event;
  try {
    event = JSON.parse(payload);
  } catch {
    return [];
  }
  const root = event?.contexts?.trace;
  if (!root) return [];
  const { transaction, start_timestamp, timestamp } = event;
  const spans = Array.isArray(event.spans) ? event.spans : [];
  return [{ ...root, description: transaction, start_timestamp, timestamp }, ...spans]
    .filter((span) => isSpan(span))
    .map((span) => ({
      traceId: span.trace_id,
      spanId: span.span_id,
      parentSpanId: span.parent_span_id ?? null,
      service,
      name: String(span.description ?? ''),
      op: String(span.op ?? 'default'),
      status: String(span.status ?? 'ok'),
      httpStatus: Number.isInteger(httpStatus(span)) ? httpStatus(span) : null,
      start: span.start_timestamp,
      end: span.timestamp,
      links: Array.isArray(span.links) ? span.links.filter(isLink).map(linkOf) : [],
    }));
}

const isLink = (link) => /^[0-9a-f]{32}$/.test(link?.trace_id);

const linkOf = ({ trace_id, attributes }) => ({
  traceId: trace_id,
  type: String(attributes?.['sentry.link.type'] ?? 'link'),
});

const httpStatus = (span) => span.data?.['http.response.status_code'];

const isSpan = (span) =>
  /^[0-9a-f]{32}$/.test(span?.trace_id) &&
  /^[0-9a-f]{16}$/.test(span?.span_id) &&
  Number.isFinite(span?.start_timestamp) &&
  Number.isFinite(span?.timestamp);
