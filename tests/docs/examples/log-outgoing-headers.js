// See which headers leave the page: wrap fetch and print them.
const originalFetch = window.fetch;
window.fetch = function (...args) {
  const headers = new Headers(args[1]?.headers);
  console.log('fetch', String(args[0]), JSON.stringify(Object.fromEntries(headers)));
  return originalFetch.apply(this, args);
};
