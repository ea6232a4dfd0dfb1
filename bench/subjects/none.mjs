// No SDK: the same work without anybody looking. What the others are compared with, and what is taken off of them.

export const none = {
  start() {},
  root: (_name, inside) => inside(),
  child() {},
  open(_name, inside) {
    inside();
    return () => {};
  },
  async requests(_name, request, count) {
    for (let at = 0; at < count; at++) await request();
  },
  async flush() {},
};

export const subject = none;
