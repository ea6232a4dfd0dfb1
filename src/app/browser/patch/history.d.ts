// What history.js gives to the JavaScript face.

export function patchMove(name: 'pushState' | 'replaceState', moved: () => void): () => boolean | undefined;
