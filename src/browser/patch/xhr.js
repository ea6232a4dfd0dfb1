// Replaces methods of `XMLHttpRequest`, as fetch.js replaces `fetch`. What is known about an object is kept
// beside it; it gets no property of ours, and listeners only while a request of it is under way.

import { attempt, isUrl, shortened, wrap } from './fetch.js';

/** The states of `readyState` that matter here. */
const DONE = 4;

/**
 * Wraps `open`, `setRequestHeader` and `send`. The callbacks are those of `patchFetch`, with the object in place
 * of a response, and
 *
 * - `began(plan, call)` hears of a request that is about to be sent, with our headers in `call.headers`;
 * - `failed(plan, call)` hears after `end` that the network failed.
 *
 * @returns {() => void} stops
 */
export function patchXhr(owner, { start, merge, began, end, failed }) {
  const methods = attempt(() => owner.XMLHttpRequest.prototype);
  const setHeader = attempt(() => methods.setRequestHeader);
  /** The latest request of each object. @type {WeakMap<object, Call>} */
  const calls = new WeakMap();

  /** One object's requests, one after the other; it is its own listener. */
  class Call {
    open(method, url, sync) {
      Object.assign(this, { method, url: shortened(url), sync, headers: {}, sent: false });
      this.plan = this.ended = undefined;
    }

    handleEvent({ type, currentTarget }) {
      if (type === 'error') {
        currentTarget.removeEventListener('error', this);
        if (this.ended?.carries) attempt(() => failed(this.ended, this));
      } else if (currentTarget.readyState === DONE) this.finish(currentTarget);
    }

    listen(xhr) {
      attempt(() => {
        // What the handler of the page does must not count, and it may end the span above: it gets back in line.
        const handler = xhr.onreadystatechange;
        if (handler) xhr.onreadystatechange = null;
        xhr.addEventListener('readystatechange', this);
        if (handler) xhr.onreadystatechange = handler;
        if (this.plan.carries) xhr.addEventListener('error', this);
      });
    }

    /** The request has ended, or was given up for the next one. */
    finish(xhr, error) {
      const { plan } = this;
      if (!plan) return;
      this.plan = undefined;
      this.ended = plan;
      attempt(() => xhr.removeEventListener('readystatechange', this));
      if (xhr.status) attempt(() => xhr.removeEventListener('error', this));
      attempt(() => end(plan, this, xhr, error));
    }
  }

  const stops = [
    wrap(methods, 'open', (target, self, args) => {
      const [method, url] = args;
      if (args.length < 2 || typeof method !== 'string') return Reflect.apply(target, self, args);
      let given = args;
      let text = url;
      if (isUrl(url)) text = url.href;
      else if (typeof url !== 'string') {
        // Code of the page, which shall run once; what it throws, the original throws too.
        text = `${url}`;
        given = [method, text, ...args.slice(2)];
      }
      const answer = Reflect.apply(target, self, given);
      attempt(() => {
        const call = calls.get(self) ?? new Call();
        // One that is under way is given up without an event.
        call.finish(self);
        call.open(method.toUpperCase(), text, args.length > 2 && !args[2]);
        calls.set(self, call);
      });
      return answer;
    }),
    wrap(methods, 'setRequestHeader', (target, self, args) => {
      const answer = Reflect.apply(target, self, args);
      attempt(() => note(calls.get(self)?.headers, args[0], args[1]));
      return answer;
    }),
    wrap(methods, 'send', (target, self, args) => {
      const call = calls.get(self);
      if (call && !call.sent) {
        call.sent = true;
        attempt(() => {
          call.plan = start(call);
          if (call.plan?.headers) attach(self, call, merge, setHeader);
        });
        if (call.plan) attempt(() => began(call.plan, call));
      }
      if (!call?.plan) return Reflect.apply(target, self, args);
      const { plan, sync } = call;
      if (!sync) call.listen(self);
      try {
        return Reflect.apply(target, self, args);
      } catch (error) {
        call.finish(self, error);
        if (sync && plan.carries) attempt(() => failed(plan, call));
        throw error;
      } finally {
        if (sync) call.finish(self);
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Sets our headers, and notes them beside those of the page. */
function attach(xhr, { headers, plan }, merge, setHeader) {
  const [sentryTrace, baggage, traceparent] = plan.headers;
  // Somebody continues a trace by hand: theirs is theirs.
  if ('sentry-trace' in headers) return;
  const set = (name, value) => {
    Reflect.apply(setHeader, xhr, [name, value]);
    note(headers, name, value);
  };
  set('sentry-trace', sentryTrace);
  plan.carries = true;
  if (traceparent && !('traceparent' in headers)) set('traceparent', traceparent);
  if (!baggage) return;
  const old = headers.baggage?.replace(/^[ \t,]+|[ \t,]+$/g, '');
  const merged = old ? merge(old, baggage) : baggage;
  // Here the browser joins what is set with what was, and needs a byte more for that.
  if (merged && merged.length < 8192) set('baggage', old ? merged.slice(old.length + 1) : merged);
}

/** Notes a header as the browser joins it with earlier ones of its name. */
function note(headers, name, value) {
  if (!headers || typeof name !== 'string') return;
  const key = name.toLowerCase();
  // What an object is printed as is code of the page, which has run already.
  const text = Object(value) === value ? '' : `${value}`;
  headers[key] = key in headers ? `${headers[key]}, ${text}` : text;
}
