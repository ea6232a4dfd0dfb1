// dist/core.wasm: the module with a section that says of which version it is, so that `throughline/slim` takes no other.

/** The section's name, as js/core/delivered.ts knows it. */
const SECTION = 'throughline';

/** What opens a section of the page's own making (WebAssembly, section 5.5.3). */
const CUSTOM = 0;

/**
 * @param {Uint8Array} bytes the module
 * @param {string} version
 * @returns {Buffer}
 */
export function fileOfCore(bytes, version) {
  const name = Buffer.from(SECTION);
  const text = Buffer.from(version);
  // Lengths are one byte up to 127.
  const content = [name.length, ...name, ...text];
  return Buffer.concat([bytes, Buffer.from([CUSTOM, content.length, ...content])]);
}
