// The core as a text that survives every tool and every charset, and that compresses nearly as well as its bytes: 2 % more,
// where hexadecimal digits are 8 % and base64 28 % more, because a compressor finds the same bytes again as the same
// characters, wherever they stand.
//
// Only printable characters of ASCII are used, which every charset of the web has, and of them none that ends or escapes a
// literal, that a minifier might write otherwise, or that means something in HTML. That is 89. The byte 80 is the first of
// them, 79 the second, and so on, down and around: the 87 bytes from there are the frequent ones in a module. The others are
// one of the last two characters, and one more.

/** What no character of the text is: `"$'<\` and the backtick. js/core/decode.ts says the same. */
const UNSAFE = [34, 36, 39, 60, 92, 96];

const CHARACTERS = Array.from({ length: 95 }, (_, index) => 32 + index)
  .filter((code) => !UNSAFE.includes(code))
  .map((code) => String.fromCharCode(code));

/** How many bytes are one character. */
const SINGLE = CHARACTERS.length - 2;

/** The byte of the first character. */
const FIRST = 80;

/**
 * @param {Uint8Array} bytes a module
 * @returns {string}
 */
export function textOfCore(bytes) {
  return Array.from(bytes, textOfByte).join('');
}

function textOfByte(byte) {
  const place = (FIRST - byte) & 255;
  if (place < SINGLE) return CHARACTERS[place];
  const [row, column] = [
    Math.floor((place - SINGLE) / CHARACTERS.length),
    (place - SINGLE) % CHARACTERS.length,
  ];
  return CHARACTERS[SINGLE + row] + CHARACTERS[column];
}

/**
 * The bytes again. js/core/decode.ts is the same in TypeScript.
 *
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function decode(text) {
  const places = [];
  for (let code = 32, place = 0; code < 127; code++) {
    if (!UNSAFE.includes(code)) places[code] = place++;
  }
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let place = places[text.charCodeAt(at)];
    // 87 bytes are one character, and the others one of two, and one more.
    if (place > 86) place = 87 + (place - 87) * 89 + places[text.charCodeAt(++at)];
    bytes[length++] = 80 - place;
  }
  return bytes.subarray(0, length);
}
