// No SDK: the same work without anybody looking. What the others are compared with, and what is taken off of them.

export const subject = {
  start() {},
  root: (_name, _attributes, inside = nothing) => inside(),
  newTrace: () => nothing(),
  child: (_name, _attributes, inside = nothing) => inside(),
  changed: () => nothing(),
  parent: () => ({ child: () => nothing(), end() {} }),
  open(_name, inside) {
    inside();
    return () => {};
  },
  async requests(_name, request, count) {
    for (let at = 0; at < count; at++) await request();
  },
  endPageLoad: () => true,
  async flush() {},
};

function nothing() {}
