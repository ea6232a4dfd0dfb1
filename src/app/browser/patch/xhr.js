// Replaces methods of `XMLHttpRequest`, as fetch.js replaces `fetch`. What is known about an object is kept
// beside it; it gets no property of ours, and listeners only from `open` to the end of a request.

import { attempt, isUrl, shortened, wrap } from './fetch.js';

/** The states of `readyState` that matter here. */
const UNSENT = 0;
const DONE = 4;

/** From so many milliseconds on, what handlers before us took is not the request's. */
const LATE = 5;

/** How a request may fail; which way is told after its state. */
const FAILURES = ['error', 'abort', 'timeout'];

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
      // A header may have the name of something that objects inherit.
      const headers = Object.create(null);
      Object.assign(this, { method, url: shortened(url), sync, headers, sent: false });
      this.plan = this.ended = undefined;
    }

    handleEvent({ type, currentTarget, timeStamp }) {
      if (type !== 'readystatechange') {
        this.leave(currentTarget, FAILURES);
        if (type === 'error' && this.ended?.carries) attempt(() => failed(this.ended, this));
      } else if (currentTarget.readyState === DONE) {
        this.leave(currentTarget, [type]);
        this.finish(currentTarget, undefined, performance.now() - timeStamp < LATE ? undefined : timeStamp);
      }
    }

    /**
     * Listens before whatever the page adds from now on: what its code does must not count, and it may end the span
     * above. Answers whether that is new.
     */
    listen(xhr, firstUse) {
      if (this.listening) return false;
      this.listening = true;
      attempt(() => {
        // Most pages that have a handler set it before the first `open`: it gets in line behind us. (Whether there
        // is a listener as well, which it then gets behind too, nobody can tell.) Where an object is used again
        // listeners are likelier, and the order of the page matters more than who hears first.
        const handler = firstUse && xhr.onreadystatechange;
        if (handler) xhr.onreadystatechange = null;
        xhr.addEventListener('readystatechange', this);
        if (handler) xhr.onreadystatechange = handler;
      });
      return true;
    }

    leave(xhr, types) {
      if (types.includes('readystatechange')) this.listening = false;
      for (const type of types) attempt(() => xhr.removeEventListener(type, this));
    }

    /** The request has ended, at a time of the timeline if not now; or it was given up for the next one. */
    finish(xhr, error, at) {
      const { plan } = this;
      if (!plan) return;
      this.plan = undefined;
      this.ended = plan;
      if (plan.carries && !this.sync) {
        if (xhr.status) this.leave(xhr, ['error']);
        else for (const type of FAILURES) attempt(() => xhr.addEventListener(type, this));
      }
      attempt(() => end(plan, this, xhr, error, at));
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
      const known = calls.get(self);
      const call = known ?? new Call();
      const state = attempt(() => self.readyState);
      // A handler that is before us may open the next request: afterwards the answer to this one is gone.
      if (state === DONE) call.finish(self);
      const sync = args.length > 2 && !args[2];
      // Before the call, because handlers which hear of it may add others.
      const added = state !== undefined && !sync && call.listen(self, !known && state === UNSENT);
      let answer;
      try {
        answer = Reflect.apply(target, self, given);
      } catch (error) {
        if (added) call.leave(self, ['readystatechange']);
        throw error;
      }
      attempt(() => {
        // One that is under way is given up without an event.
        call.finish(self);
        if (known) call.leave(self, sync ? ['readystatechange', ...FAILURES] : FAILURES);
        call.open(method.toUpperCase(), text, sync);
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
      // What is sent twice the original refuses, and the first request goes on.
      if (!call || call.sent) return Reflect.apply(target, self, args);
      call.sent = true;
      attempt(() => {
        call.plan = start(call);
        if (call.plan?.headers) attach(self, call, merge, setHeader);
      });
      const { plan, sync } = call;
      if (!plan) {
        call.leave(self, ['readystatechange']);
        return Reflect.apply(target, self, args);
      }
      attempt(() => began(plan, call));
      if (plan.carries && !sync) attempt(() => self.addEventListener('error', call));
      try {
        return Reflect.apply(target, self, args);
      } catch (error) {
        call.finish(self, error);
        call.leave(self, ['readystatechange', ...FAILURES]);
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
