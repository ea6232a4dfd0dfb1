// A value that is in force for a callback and for all that it begins, across every `await`: the part of the proposal `AsyncContext`
// that is used here.

/** Such a value. */
export interface Variable<T> {
  get(): T | undefined;
  run<R>(value: T, callback: () => R): R;
}
