// A value that is in force for a callback and for all that it begins, across every `await`: the part of the proposal `AsyncContext`
// that is used here.

/** Such a value. */
export interface Variable<T> {
  get(): T | undefined;
  run<R>(value: T, callback: () => R): R;
}

/** A value that can also be put into force for the rest of what is running. */
export interface EnteredVariable<T> extends Variable<T> {
  /** Puts a value into force until what is running now is over, and for all that it begins. */
  enter(value: T): void;
}
