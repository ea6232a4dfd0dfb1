// Questions about a trace's spans, as `/api/traces/:traceId` lists them.

/** How many levels of nesting are followed; a real trace of the demo has about ten. */
const MAX_DEPTH = 50;

/**
 * The spans in drawing order, each with its `depth`: parents before children, siblings by start.
 *
 * With `from` (`{spanId, start}`) only that span, what is below it, and above it the chain of its parents, marked as
 * `context`: for a click this begins with the request that rendered the page. Until it has been reported, what has
 * begun since. Without `from`, everything; then a span whose parent did not report counts as a root.
 */
export function arrange(spans, from = null) {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = groupByParent(spans);
  const rows = [];
  const visit = (span, depth) => {
    if (depth > MAX_DEPTH) return;
    rows.push({ ...span, depth });
    for (const child of children.get(span.spanId) ?? []) visit(child, depth + 1);
  };
  const root = from && byId.get(from.spanId);
  if (!root) {
    const since = from?.start ?? 0;
    for (const span of spans) if (!byId.has(span.parentSpanId) && span.start >= since) visit(span, 0);
    return rows;
  }
  const chain = [];
  for (let span = byId.get(root.parentSpanId); span && chain.length < MAX_DEPTH; ) {
    chain.unshift(span);
    span = byId.get(span.parentSpanId);
  }
  chain.forEach((span, depth) => {
    rows.push({ ...span, depth, context: true });
  });
  visit(root, chain.length);
  for (const sibling of requestsDuring(root, children)) visit(sibling, chain.length);
  return rows;
}

/**
 * Browsers cannot tell which callback a request came from, so the SDK hangs requests below the root. For a
 * click while the page still loads, that is the page load: its requests stand beside the click's span.
 */
function requestsDuring(click, children) {
  const siblings = children.get(click.parentSpanId) ?? [];
  return siblings.filter(
    ({ service, op, start }) =>
      service === click.service && op === 'http.client' && start >= click.start && start <= click.end,
  );
}

/** Has everybody reported? The root has, and each request that went out was answered by a span of a server. */
export function isComplete(rows, { spanId }) {
  const answered = new Set(rows.map((span) => span.parentSpanId));
  return (
    rows.some((span) => span.spanId === spanId) &&
    rows.every((span) => span.op !== 'http.client' || answered.has(span.spanId))
  );
}

function groupByParent(spans) {
  const groups = new Map();
  for (const span of spans) {
    const group = groups.get(span.parentSpanId);
    if (group) group.push(span);
    else groups.set(span.parentSpanId, [span]);
  }
  return groups;
}
