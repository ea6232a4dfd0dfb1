// (a) What a visitor downloads: all JavaScript and WebAssembly of the default entry, with everything of tracing.
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { bundleExports } from '../bundles.mjs';

export const bytes = {
  title: 'Bytes to download',
  rows: {
    raw: { title: 'minified', unit: 'kB' },
    gzip: { title: 'gzip -9', unit: 'kB' },
    brotli: { title: 'brotli 11', unit: 'kB', chart: 'bytes, brotli', mark: 0.64 },
  },
  /** Nothing here varies from round to round. */
  every: Number.POSITIVE_INFINITY,
  async measure(_laboratory, _name, { exports }) {
    if (!exports) return { raw: 0, gzip: 0, brotli: 0 };
    const sizes = Object.entries(sizesOf(await bundleExports(exports)));
    return Object.fromEntries(sizes.map(([name, size]) => [name, size / 1000]));
  },
};
