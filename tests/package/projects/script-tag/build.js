// The file to serve is where the package says.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

mkdirSync('dist', { recursive: true });
copyFileSync(createRequire(import.meta.url).resolve('throughline/script'), 'dist/throughline.min.js');
