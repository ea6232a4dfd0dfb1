// Builds the demo's client as any webpack user would: `import … from 'throughline'` needs no loader and no
// option, because the package's entry carries its WebAssembly inside.

import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default {
  mode: 'production',
  context: at('.'),
  entry: './www/client/index.js',
  output: { path: at('www/dist'), filename: 'client.js', clean: true },
  devtool: 'source-map',
  // The size budget of the package has its own test.
  performance: { hints: false },
  stats: 'errors-warnings',
};
