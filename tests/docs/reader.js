// What a reader has of his own, in the page in which the examples run. reader.d.ts says it to the compiler.
Object.assign(globalThis, {
  button: document.querySelector('button'),
  order: { id: 7 },
  shown: [],
  show: (answer) => shown.push(answer),
  render: (cart) => shown.push(cart),
});
