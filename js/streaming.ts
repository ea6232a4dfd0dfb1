// Stream mode (`traceLifecycle: 'stream'`): each span is sent when it has ended. Here it gets what its scope
// knows, and the page may change it.

import { getCurrentScope } from './active.js';
import { isAddingEntries } from './entries.js';
import { changesStreamedSpans, isIgnoredSpan } from './filters.js';
import { ask, attempt } from './guard.js';
import { json, normalize } from './normalize.js';
import { merged } from './pipeline.js';
import type { ScopeFields } from './scope.js';
import { oursOf } from './span.js';
import type { StreamedSpanJSON } from './span-json.js';
import { spanOf } from './tree.js';
import { lines, type SpanAttributes } from './values.js';

/** Hooks whose listeners see the span. */
const SPAN_HOOKS = ['preprocessSpan', 'processSegmentSpan', 'processSpan'];

/**
 * A span that is sent by itself has ended. Answers with attribute lines of its scope, which are its defaults;
 * or with nothing if it goes through here.
 */
export function captured(key: number): string | undefined {
  const ours = oursOf(spanOf(key));
  const scope = ours?.scope ?? getCurrentScope();
  const client = scope.getClient();
  if (!client?.isOn()) return undefined;
  const data = merged(scope);
  const defaults = lines(attributesOf(data, !ours?.root));
  const callback = changesStreamedSpans(client.getOptions());
  // What the page does not want never begins; of what was measured nobody has seen the beginning.
  const unasked = isAddingEntries() && client.getOptions().ignoreSpans?.length;
  if (!unasked && !callback && !SPAN_HOOKS.some((hook) => client.listens(hook))) return defaults;
  const written = ask((core) => core.captured_span(key, defaults), '');
  if (!written) return undefined;
  const span: StreamedSpanJSON = JSON.parse(written);
  if (unasked && isIgnoredSpan(client.getOptions(), span.name, span.attributes as SpanAttributes)) {
    client.recordDroppedEvent('ignored', 'span');
    return undefined;
  }
  client.emit('preprocessSpan', span);
  if (span.is_segment) client.emit('processSegmentSpan', span);
  client.emit('processSpan', span);
  const changed = (callback && attempt(() => callback(span), span)) || span;
  const text = json(bounded(changed));
  if (text) ask((core) => core.stream_span(key, text), undefined);
  return undefined;
}

/** What scopes say as attributes of a span: the user, their own attributes, and of contexts what has a name. */
function attributesOf({ user, attributes, contexts }: ScopeFields, isSegment: boolean): object {
  const { id, email, ip_address, username } = user;
  const { culture, response } = contexts;
  const ofContexts = {
    'culture.locale': culture?.locale,
    'culture.timezone': culture?.timezone,
    'http.response.status_code': response?.status_code,
    'http.response.body.size': response?.body_size,
  };
  const all = {
    'user.id': id,
    'user.email': email,
    'user.ip_address': ip_address,
    'user.name': username,
    ...attributes,
    ...(isSegment && ofContexts),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

/** A span as it is written: what a page may have put into it has no cycles and no endless depth. */
function bounded(span: StreamedSpanJSON): unknown {
  return { ...span, attributes: normalize(span.attributes) };
}
