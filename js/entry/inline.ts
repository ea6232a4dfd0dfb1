// The core inside the package: compiled on the spot, so that `init` is synchronous.

import bytes from 'throughline:wasm';
import * as glue from '../../pkg/throughline.js';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide(() => {
  const text = atob(bytes);
  const module = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) module[index] = text.charCodeAt(index);
  glue.initSync({ module });
  return glue;
}, hooks);
