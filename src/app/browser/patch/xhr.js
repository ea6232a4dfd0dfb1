// Replaces methods of `XMLHttpRequest`, as fetch.js replaces `fetch`. What is known about an object is kept
// beside it; it gets no property of ours, and listeners only from `open` to the end of a request.

import { attempt, hasMoved, isOffline, isUrl, planOf, shortened, wrap } from './fetch.js';

/** The state of `readyState` that matters here. */
const DONE = 4;

/** From so many milliseconds on, what handlers before us took is not the request's. */
const LATE = 5;

/** How a request may fail; which way is told after its state. */
const FAILURES = ['error', 'abort', 'timeout'];

/** How exact the clock of a timeout is, in milliseconds. */
const BLUR = 5;

/** Requests of which it is not known yet how they went. */
const pending = new Set();

/**
 * Hears of what has ended. Whoever sends a request inside of a handler that is before ours is told first how it went: then the
 * place is known that refuses our headers.
 */
export function settle() {
  for (const call of pending) attempt(() => call.settle());
}

/**
 * Wraps `open`, `setRequestHeader`, `send`, `abort`, and the setter of `onreadystatechange`. The callbacks are those of
 * `patchFetch`, with the object in place of a response, and
 *
 * - `began(plan, call)` hears of a request that is about to be sent, with our headers in `call.headers`;
 * - `failed(plan, call)` hears after `end` that the network failed, and not because it is away.
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
      // Events of a request may come when the page has begun the next one.
      if (currentTarget.readyState !== DONE) return;
      if (type !== 'readystatechange') {
        this.leave(currentTarget, FAILURES);
        if (type === 'error') this.fail();
      } else {
        this.leave(currentTarget, [type]);
        this.finish(currentTarget, undefined, performance.now() - timeStamp < LATE ? undefined : timeStamp);
      }
    }

    /**
     * Listens before whatever the page adds from now on: what its code does must not count, and it may end the span
     * above. Answers whether that is new.
     */
    listen(xhr) {
      if (this.listening) return false;
      this.listening = true;
      attempt(() => xhr.addEventListener('readystatechange', this));
      return true;
    }

    leave(xhr, types) {
      if (types.includes('readystatechange')) this.listening = false;
      else pending.delete(this);
      for (const type of types) attempt(() => xhr.removeEventListener(type, this));
    }

    /** The request has ended, at a time of the timeline if not now; or it was given up for the next one. */
    finish(xhr, error, at) {
      const { plan } = this;
      if (!plan) return;
      this.plan = undefined;
      this.ended = plan;
      if (xhr.status || !plan.carries || this.sync) pending.delete(this);
      else for (const type of FAILURES) attempt(() => xhr.addEventListener(type, this));
      attempt(() => end(plan, this, xhr, error, at));
    }

    /** The network failed. */
    fail() {
      const { ended } = this;
      this.ended = undefined;
      pending.delete(this);
      if (ended?.carries) attempt(() => isOffline() || failed(ended, this));
    }

    /** If it is over, says so now; and that the network failed, unless it is known that something else did. */
    settle() {
      const { xhr } = this;
      if (xhr.readyState !== DONE) return;
      this.finish(xhr);
      const isLate = xhr.timeout && performance.now() - this.at > xhr.timeout - BLUR;
      if (!xhr.status && !this.aborting && !isLate) this.fail();
    }
  }

  const callOf = (xhr) => {
    const call = calls.get(xhr) ?? new Call();
    calls.set(xhr, call);
    return call;
  };

  /** A page that sets its handler first is told first, and ours is in line before it. */
  const handler = attempt(() => Object.getOwnPropertyDescriptor(methods, 'onreadystatechange'));
  const wrapped = { ...handler };
  const stops = [
    wrap(wrapped, 'set', (target, self, args) => {
      // Once a request was opened there are listeners of the page already, most likely.
      if (typeof args[0] === 'function' && attempt(() => self.readyState) === 0)
        attempt(() => callOf(self).listen(self));
      return Reflect.apply(target, self, args);
    }),
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
      const call = attempt(() => self.readyState) === undefined ? new Call() : callOf(self);
      // A handler that is before us may open the next request: afterwards the answer to this one is gone.
      if (pending.has(call)) attempt(() => call.settle());
      const sync = args.length > 2 && !args[2];
      // Before the call, because handlers which hear of it may add others.
      const added = !sync && call.listen(self);
      let answer;
      try {
        answer = Reflect.apply(target, self, given);
      } catch (error) {
        if (added || !call.method) call.leave(self, ['readystatechange']);
        throw error;
      }
      attempt(() => {
        // One that is under way is given up without an event.
        call.finish(self);
        call.leave(self, FAILURES);
        if (sync) call.leave(self, ['readystatechange']);
        call.open(method.toUpperCase(), text, sync);
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
      if (!call?.method || call.sent) return Reflect.apply(target, self, args);
      call.sent = true;
      attempt(() => {
        [call.body] = args;
        call.plan = start(call);
        if (call.plan?.headers) attach(self, call, merge, setHeader);
      });
      const { plan, sync } = call;
      if (!plan) {
        call.leave(self, ['readystatechange']);
        return Reflect.apply(target, self, args);
      }
      attempt(() => began(plan, call));
      pending.add(call);
      Object.assign(call, { xhr: self, at: performance.now() });
      try {
        return Reflect.apply(target, self, args);
      } catch (error) {
        call.finish(self, error);
        call.leave(self, ['readystatechange']);
        call.leave(self, FAILURES);
        if (sync) call.fail();
        throw error;
      } finally {
        if (sync) call.finish(self);
      }
    }),
    wrap(methods, 'abort', (target, self, args) => {
      const call = calls.get(self) ?? {};
      call.aborting = true;
      try {
        return Reflect.apply(target, self, args);
      } finally {
        call.aborting = false;
      }
    }),
  ];
  const define = (one) => attempt(() => Object.defineProperty(methods, 'onreadystatechange', one));
  if (handler) define(wrapped);
  stops.unshift(() => {
    // Unless somebody has wrapped it since.
    const now = Object.getOwnPropertyDescriptor(methods, 'onreadystatechange');
    if (handler && now?.set === wrapped.set) define(handler);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** The same for the core itself, see `patchFetchForCore`; `end` hears of how many milliseconds ago it was. */
export function patchXhrForCore(owner, start, merge, end, broke) {
  return patchXhr(owner, {
    start: (call) => planOf(call, false, true, start),
    merge,
    began() {},
    end(plan, _call, { status, responseURL }, _error, at) {
      const { key, href } = plan;
      if (key) end(key, status, 0, at === undefined ? 0 : performance.now() - at);
      if (hasMoved(plan, responseURL)) broke(href, responseURL);
    },
    failed: ({ href }) => broke(href, ''),
  });
}

/** Sets our headers, and notes them beside those of the page. */
function attach(xhr, { headers, plan }, merge, setHeader) {
  const [sentryTrace, baggage, traceparent, tracestate] = plan.headers;
  // Somebody continues a trace by hand: theirs is theirs.
  if ('sentry-trace' in headers) return;
  // Somebody who traces as well may have given the object a method of its own: whoever does not hear of our headers adds others.
  const own = Object.getOwnPropertyDescriptor(xhr, 'setRequestHeader')?.value;
  const set = (name, value) => {
    const noted = headers[name];
    Reflect.apply(own ?? setHeader, xhr, [name, value]);
    if (headers[name] === noted) note(headers, name, value);
  };
  set('sentry-trace', sentryTrace);
  plan.carries = true;
  // The two belong together: beside a `traceparent` of the page ours would be wrong.
  if (traceparent && !('traceparent' in headers)) {
    set('traceparent', traceparent);
    if (tracestate && !('tracestate' in headers)) set('tracestate', tracestate);
  }
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
