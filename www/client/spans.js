// Questions about a trace's spans, as `/api/traces/:traceId` lists them.

/** How many levels of nesting are followed; a real trace of the demo has about ten. */
const MAX_DEPTH = 50;

/**
 * The spans in drawing order, each with its `depth`: parents before children, siblings by start.
 * With `rootId` only that span and what is below it; else everything, where a span whose parent
 * did not report counts as a root.
 */
export function arrange(spans, rootId = null) {
  const ids = new Set(spans.map((span) => span.spanId));
  const children = Map.groupBy ? Map.groupBy(spans, (span) => span.parentSpanId) : groupByParent(spans);
  const rows = [];
  const visit = (span, depth) => {
    rows.push({ ...span, depth });
    if (depth >= MAX_DEPTH) return;
    for (const child of children.get(span.spanId) ?? []) visit(child, depth + 1);
  };
  for (const span of spans) {
    const isRoot = rootId ? span.spanId === rootId : !ids.has(span.parentSpanId);
    if (isRoot) visit(span, 0);
  }
  return rows;
}

/** Has everybody reported? Each request that went out (`http.client`) was answered by a span of a server. */
export function isComplete(rows) {
  const answered = new Set(rows.map((span) => span.parentSpanId));
  return rows.length > 0 && rows.every((span) => span.op !== 'http.client' || answered.has(span.spanId));
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
