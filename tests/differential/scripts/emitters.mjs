// Emitters that a scope is bound to: with which scope their listeners run, how often, and how they leave.

/** Written as Node's: `once` adds, by `on`, a function that knows the listener it stands for. */
const EMITTER = `class {
  listeners = new Map();
  on(type, listener) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
    return this;
  }
  addListener(type, listener) { return this.on(type, listener); }
  once(type, listener) {
    const once = (...given) => { this.off(type, once); return listener.apply(this, given); };
    once.listener = listener;
    return this.on(type, once);
  }
  off(type, listener) {
    const left = this.listeners.get(type) ?? [];
    const at = left.findLastIndex((one) => one === listener || one.listener === listener);
    this.listeners.set(type, left.filter((_, place) => place !== at));
    return this;
  }
  removeListener(type, listener) { return this.off(type, listener); }
  removeAllListeners(type) { type === undefined ? this.listeners.clear() : this.listeners.delete(type); return this; }
  emit(type, ...given) { return (this.listeners.get(type) ?? []).map((listener) => listener.apply(this, given)); }
}`;

export const emitters = [
  {
    name: 'listeners of a bound emitter run with its scope',
    given: EMITTER,
    run: async (S, { init, later }, Emitter) => {
      init();
      const seen = [];
      const emitter = new Emitter();
      const tag = () => S.getCurrentScope().getScopeData().tags.who ?? 'nobody';
      emitter.on('a', () => seen.push(['before', tag()]));
      const scope = S.getCurrentScope().clone();
      scope.setTag('who', 'mine');
      const other = scope.clone();
      other.setTag('who', 'other');
      seen.push(
        S.bindScopeToEmitter(emitter, scope) === emitter,
        S.bindScopeToEmitter(emitter, other) === emitter,
      );
      function listener(...given) {
        seen.push([tag(), S.getCurrentScope() === scope, this === emitter, given]);
        return 'answer';
      }
      emitter.on('a', listener).addListener('b', listener).once('c', listener).once('d', listener);
      for (const type of ['a', 'b', 'c', 'c', 'd']) seen.push([type, emitter.emit(type, 1, 'two')]);
      emitter.off('a', listener).removeListener('b', listener).off('never', listener);
      emitter.once('e', listener).off('e', listener);
      for (const type of ['a', 'b', 'e']) seen.push([type, emitter.emit(type)]);
      emitter
        .on('f', listener)
        .removeAllListeners('f')
        .on('f', listener)
        .removeAllListeners()
        .on('g', listener);
      for (const type of ['f', 'g']) seen.push([type, emitter.emit(type)]);
      emitter.on('h', () => S.startSpan({ name: 'in a listener' }, () => {}));
      emitter.emit('h');
      emitter.on('i', async () => {
        await later();
        return tag();
      });
      seen.push(await emitter.emit('i')[0], tag());
      return seen;
    },
  },
  {
    name: 'listeners of a bound event target run with its scope',
    run: (S, { init }) => {
      init();
      const seen = [];
      const target = new EventTarget();
      S.withScope((scope) => {
        scope.setTag('who', 'mine');
        S.bindScopeToEmitter(target);
      });
      function listener(event) {
        seen.push([S.getCurrentScope().getScopeData().tags.who, this === target, event.type]);
      }
      target.addEventListener('a', listener);
      target.addEventListener('a', listener);
      target.addEventListener('a', listener, true);
      target.addEventListener('b', listener, { once: true });
      for (const type of ['a', 'b', 'b']) target.dispatchEvent(new Event(type));
      target.removeEventListener('a', listener);
      target.dispatchEvent(new Event('a'));
      target.removeEventListener('a', listener, true);
      target.addEventListener('c', null);
      for (const type of ['a', 'c']) target.dispatchEvent(new Event(type));
      return seen;
    },
  },
  {
    name: 'a listener that is an object runs with the scope of its event target',
    only: 'result',
    run: (S) => {
      const seen = [];
      const target = new EventTarget();
      S.withScope((scope) => {
        scope.setTag('who', 'mine');
        S.bindScopeToEmitter(target);
      });
      const listener = {
        handleEvent({ type }) {
          seen.push([S.getCurrentScope().getScopeData().tags.who ?? 'nobody', this === listener, type]);
        },
      };
      target.addEventListener('a', listener);
      target.dispatchEvent(new Event('a'));
      target.removeEventListener('a', listener);
      target.dispatchEvent(new Event('a'));
      return seen;
    },
  },
  {
    name: 'what is no emitter comes back as it is',
    run: (S) => {
      const frozen = Object.freeze({ on: () => 'on' });
      const plain = { a: 1 };
      return [
        ...[null, undefined, 7, frozen].map((given) => {
          try {
            return S.bindScopeToEmitter(given) === given;
          } catch {
            return true;
          }
        }),
        S.bindScopeToEmitter(plain) === plain,
        plain.a,
      ];
    },
  },
];
