// Headers of your own stay beside those of the trace.
globalThis.answer = await fetch('/echo', {
  headers: {
    Authorization: 'Bearer token',
    'X-Custom-Header': 'custom-value',
  },
}).then((response) => response.json());
