// How large a file is on its way to a visitor.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * @param {Uint8Array} bytes
 * @returns {{ raw: number, gzip: number, brotli: number }} bytes as they are, and by the best of each compression
 */
export function sizesOf(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}
