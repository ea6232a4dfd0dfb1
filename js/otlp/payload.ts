// What an `ExportTraceServiceRequest` looks like as JSON: ids as hexadecimal text, enums as numbers, 64-bit numbers as decimal text.
// Types only. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

/** A value with its type. An empty one stands for `null`. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number | 'NaN' | 'Infinity' | '-Infinity';
  arrayValue?: { values: AnyValue[] };
  kvlistValue?: { values: KeyValue[] };
}

/** An attribute. */
export interface KeyValue {
  key: string;
  value: AnyValue;
}

/** A span. Times are nanoseconds since the epoch. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** What came as `tracestate`. */
  traceState?: string;
  flags: number;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  links?: OtlpLink[];
  status: { code?: number; message?: string };
}

/** A link to another span. */
export interface OtlpLink {
  traceId: string;
  spanId: string;
  traceState?: string;
  flags: number;
  attributes?: KeyValue[];
}
