// What the core exports, see crates/module/. It imports nothing.

/** A function that the core exports. */
type Call = (...given: number[]) => number;

/** The names of the functions. */
export type Question =
  | 'room'
  | 'receive'
  | 'page_load'
  | 'decide'
  | 'sampling_context'
  | 'baggage'
  | 'merge_baggage'
  | 'dsn'
  | 'judge'
  | 'useless_targets'
  | 'request_failed'
  | 'recorded'
  | 'idle_end'
  | 'limits'
  | 'limited'
  | 'retry'
  | 'backoff'
  | 'spacing'
  | 'status';

/** A core that runs. */
export interface Exports extends Record<Question, Call> {
  memory: { readonly buffer: ArrayBuffer };
}
