// What a reader has of his own, as the examples name it. reader.js makes it.
declare const button: HTMLButtonElement;
declare const order: { id: number };
declare function show(answer: unknown): void;
declare function render(cart: unknown): void;
