// Code of the page's own making (a getter, a `toString`, a proxy) may throw wherever it is touched, and that must not reach
// the page. src/app/browser/patch/ has a guard of its own, because it stands alone.

/** Runs code whose failure must not reach the page. */
export function attempt<R>(code: () => R): R | undefined;
export function attempt<R>(code: () => R, otherwise: R): R;
export function attempt<R>(code: () => R, otherwise?: R): R | undefined {
  try {
    return code();
  } catch {
    return otherwise;
  }
}

/** Whether a value is of a class. A proxy of the page may throw at the question. */
export function isA<T>(value: unknown, kind: abstract new (...given: never[]) => T): value is T {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}
