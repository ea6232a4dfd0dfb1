// What a visitor downloads: everything of tracing, everything there is, and what a small application needs.
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { bundleExports, bundleForSwc } from '../bundles.mjs';
import { longestText } from '../bytes/longest-text.mjs';
import { OURS } from '../subjects.mjs';

const kB = (title, further = {}) => ({ title, unit: 'kB', ...further });

export const bytes = {
  title: 'Bytes to download',
  rows: {
    raw: kB('like for like, minified'),
    gzip: kB('like for like, gzip -9'),
    likeForLike: kB('like for like, brotli 11', { chart: 'bytes, like for like' }),
    swcRaw: kB('like for like, minified by SWC'),
    swc: kB('like for like, minified by SWC, brotli 11'),
    everything: kB('everything, brotli 11'),
    core: kB('of it the core'),
    few: kB('only `init`, `startSpan`, `continueTrace`, brotli 11'),
  },
  /** Nothing here varies from round to round. */
  every: Number.POSITIVE_INFINITY,
  async measure(_laboratory, name, { exports }) {
    if (!exports) return {};
    const { likeForLike, everything, few } = exports;
    const [like, swc] = [await bundleExports(likeForLike), await bundleForSwc(likeForLike)].map(sizesOf);
    const whole = await bundleExports(everything);
    const figures = {
      ...{ raw: like.raw, gzip: like.gzip, likeForLike: like.brotli, swcRaw: swc.raw, swc: swc.brotli },
      everything: sizesOf(whole).brotli,
    };
    if (name === OURS) figures.core = figures.everything - sizesOf(withoutCore(whole)).brotli;
    if (few) figures.few = sizesOf(await bundleExports(few)).brotli;
    return Object.fromEntries(Object.entries(figures).map(([row, size]) => [row, size / 1000]));
  },
};

/** The core stands in the module as one text, which no other comes near. */
function withoutCore(code) {
  const source = Buffer.from(code).toString();
  const { start, end } = longestText(source);
  return Buffer.from(source.slice(0, start) + source.slice(end));
}
