// Our functions take the place of the peer's: each is assigned to the type of its namesake. Functions that
// deal in `Scope` or `Client` stand in program.ts instead: the peer's classes have private members, to which
// nothing else can be assigned. So do `withStaticSpan`, whose result the peer types as a streamed callback, and
// `setMeasurement`, whose unit it types as a text or an object.
import type * as Peer from '@sentry/browser';
import * as Ours from '../../dist/index.js';

type Names =
  | 'continueTrace'
  | 'flush'
  | 'close'
  | 'getActiveSpan'
  | 'getRootSpan'
  | 'getSpanDescendants'
  | 'getSpanStatusFromHttpCode'
  | 'isEnabled'
  | 'isInitialized'
  | 'registerSpanErrorInstrumentation'
  | 'setActiveSpanInBrowser'
  | 'setAttribute'
  | 'setAttributes'
  | 'setContext'
  | 'setExtra'
  | 'setExtras'
  | 'setHttpStatus'
  | 'setTag'
  | 'setTags'
  | 'setUser'
  | 'spanToBaggageHeader'
  | 'spanToJSON'
  | 'spanToStaticSpanJSON'
  | 'spanToTraceHeader'
  | 'startNewTrace'
  | 'suppressTracing'
  | 'updateSpanName'
  | 'withStreamedSpan';

export const functions: Pick<typeof Peer, Names> = Ours;

type Options = Omit<Parameters<typeof Peer.startSpan>[0], 'scope'> & { name: string };

export const startSpan: <T>(options: Options, callback: (span: Peer.Span) => T) => T = Ours.startSpan;
export const startSpanManual: <T>(
  options: Options,
  callback: (span: Peer.Span, finish: () => void) => T,
) => T = Ours.startSpanManual;
export const startInactiveSpan: (options: Options) => Peer.Span = Ours.startInactiveSpan;
export const withActiveSpan: <T>(span: Peer.Span | null, callback: () => T) => T = Ours.withActiveSpan;
