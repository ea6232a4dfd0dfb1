// The core inside the package: compiled on the spot, so that `init` is synchronous.

import bytes from 'throughline:wasm';
import * as glue from '../../pkg/throughline.js';
import { provide } from '../core.js';

provide(() => {
  const text = atob(bytes);
  const module = Uint8Array.from(text, (character) => character.charCodeAt(0));
  glue.initSync({ module });
  return glue;
});
