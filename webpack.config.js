// Builds the demo's clients as any webpack user would: `import … from 'throughline'` needs no loader and no
// option, because the package's entry carries its WebAssembly inside.

import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default {
  mode: 'production',
  context: at('.'),
  entry: { shop: './www/client/shop.js', example: './www/client/example.js' },
  output: { path: at('www/dist'), filename: '[name].js', clean: true },
  devtool: 'source-map',
  // The size budget of the package has its own test.
  performance: { hints: false },
  stats: 'errors-warnings',
};
