// What a visitor downloads: everything of tracing.
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { bundleExports } from '../bundles.mjs';

export const bytes = {
  title: 'Bytes to download',
  rows: {
    raw: { title: 'like for like, minified', unit: 'kB' },
    gzip: { title: 'like for like, gzip -9', unit: 'kB' },
    likeForLike: { title: 'like for like, brotli 11', unit: 'kB', chart: 'bytes, like for like' },
  },
  /** Nothing here varies from round to round. */
  every: Number.POSITIVE_INFINITY,
  async measure(_laboratory, _name, { exports }) {
    if (!exports) return {};
    const { raw, gzip, brotli } = sizesOf(await bundleExports(exports.likeForLike));
    return { raw: raw / 1000, gzip: gzip / 1000, likeForLike: brotli / 1000 };
  },
};
