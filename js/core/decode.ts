// The core out of the text in which it stands in the package.

/** What no character of the text is: `"$'<\` and the backtick. scripts/build/text-of-core.mjs says the same. */
const UNSAFE = [34, 36, 39, 60, 92, 96];

/** The core's bytes, of its text. scripts/build/text-of-core.mjs says how it is written. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const places: number[] = [];
  for (let code = 32, place = 0; code < 127; code++) {
    if (!UNSAFE.includes(code)) places[code] = place++;
  }
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let place = places[text.charCodeAt(at)] as number;
    // 87 bytes are one character, and the others one of two, and one more.
    if (place > 86) place = 87 + (place - 87) * 89 + (places[text.charCodeAt(++at)] as number);
    bytes[length++] = 80 - place;
  }
  return bytes.subarray(0, length);
}
