"""Reads OTLP/HTTP JSON by OpenTelemetry's own definition of the protocol.

Standard input: a list of `ExportTraceServiceRequest`s as JSON. Standard output: for each the spans that it has after a way through
Protobuf's binary form, in words of one meaning each. Ends with an error for what is not exactly as the protocol wants it.
"""

import base64
import json
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

# By name, how many hexadecimal digits an id has. Protobuf's own JSON has bytes as base64; that of OTLP has these so.
IDS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
DECIMAL = re.compile(r"^-?\d+$")


def with_base64(value):
    """The same as Protobuf's own JSON; checks what its reader would let pass."""
    if isinstance(value, list):
        return [with_base64(one) for one in value]
    if not isinstance(value, dict):
        return value
    written = {}
    for name, one in value.items():
        if name in IDS:
            assert re.match(r"^[0-9a-f]{%d}$" % IDS[name], one) and re.search("[^0]", one), (name, one)
            one = base64.b64encode(bytes.fromhex(one)).decode()
        elif name in ("kind", "code", "flags"):
            assert isinstance(one, int), (name, one)
        elif name in ("startTimeUnixNano", "endTimeUnixNano", "intValue"):
            assert isinstance(one, str) and DECIMAL.match(one), (name, one)
        elif name == "doubleValue":
            assert isinstance(one, (int, float)) or one in ("NaN", "Infinity", "-Infinity"), one
        written[name] = with_base64(one)
    return written


def value_of(value):
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    one = getattr(value, kind)
    if kind == "array_value":
        return {"array": [value_of(entry) for entry in one.values]}
    if kind == "kvlist_value":
        return {"object": attributes_of(one.values)}
    if kind == "int_value":
        return {"int": str(one)}
    if kind == "double_value":
        return {"double": one if abs(one) < float("inf") else str(one)}
    return {kind.removesuffix("_value"): one}


def attributes_of(attributes):
    found = {}
    for one in attributes:
        assert one.key and one.key not in found, one.key
        found[one.key] = value_of(one.value)
    return found


def spans_of(payload):
    request = json_format.ParseDict(with_base64(payload), ExportTraceServiceRequest(), ignore_unknown_fields=False)
    binary = request.SerializeToString(deterministic=True)
    again = ExportTraceServiceRequest.FromString(binary)
    assert again.SerializeToString(deterministic=True) == binary
    for group in again.resource_spans:
        for scope_spans in group.scope_spans:
            for span in scope_spans.spans:
                yield {
                    "resource": attributes_of(group.resource.attributes),
                    "scope": [scope_spans.scope.name, scope_spans.scope.version],
                    "traceId": span.trace_id.hex(),
                    "spanId": span.span_id.hex(),
                    "parentSpanId": span.parent_span_id.hex(),
                    "traceState": span.trace_state,
                    "flags": span.flags,
                    "name": span.name,
                    "kind": span.kind,
                    "start": str(span.start_time_unix_nano),
                    "end": str(span.end_time_unix_nano),
                    "status": [span.status.code, span.status.message],
                    "attributes": attributes_of(span.attributes),
                    "links": [
                        {
                            "traceId": link.trace_id.hex(),
                            "spanId": link.span_id.hex(),
                            "traceState": link.trace_state,
                            "flags": link.flags,
                            "attributes": attributes_of(link.attributes),
                        }
                        for link in span.links
                    ],
                }


# Surrogates as they are would pass Python's JSON and fail in Protobuf, which is what is asked here.
json.dump([list(spans_of(payload)) for payload in json.load(sys.stdin)], sys.stdout)
