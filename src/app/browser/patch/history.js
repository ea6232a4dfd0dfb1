// Replaces a method of the History API, as a guest: the original is called with the very arguments of the page, before us, and
// only if it was not refused has the page moved, as far as the address tells. A snippet of the Rust package cannot import, so this
// file stands alone.

/**
 * Replaces `history[name]` where it stands: of the page's own making before us, or the browser's.
 * @param {'pushState' | 'replaceState'} name
 * @param {() => void} moved is called after each call
 * @returns {() => boolean | undefined} gives the page its own method back; whether that was possible
 */
export function patchMove(name, moved) {
  try {
    let owner = history;
    while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const original = owner[name];
    // A proxy keeps name, length and whatever properties the original has.
    const wrapper = new Proxy(original, {
      apply(target, self, given) {
        try {
          return Reflect.apply(target, self, given);
        } finally {
          try {
            moved();
          } catch {
            // The page's stack ends here, and its call did not fail.
          }
        }
      },
      get: (target, key) =>
        key === 'toString' ? () => Function.prototype.toString.call(target) : Reflect.get(target, key),
    });
    owner[name] = wrapper;
    return () => {
      try {
        return owner[name] === wrapper && Reflect.set(owner, name, original);
      } catch {
        // It stays.
      }
    };
  } catch {
    return () => true;
  }
}
