// A bundle by esbuild, made smaller by Terser: 1.8 kB after brotli, because Terser also inlines what has one caller, and
// joins what follows each other. The package does the same: nothing is assumed of what a page passes in.
import { minify } from 'terser';

/**
 * @param {string} code
 * @param {{ module: boolean }} kind whether it is a module: the names at the top of a script are those of the page
 */
export async function minified(code, { module }) {
  const { code: smaller } = await minify(code, {
    module,
    ecma: 2022,
    compress: {
      passes: 3,
      // To read a member can run code of the page, or throw; what is read and not used is read nevertheless.
      pure_getters: false,
    },
    // A page of any charset reads the same, see text-of-core.mjs.
    format: { comments: false, ascii_only: true },
  });
  return smaller;
}
