// Makes a PNG of the browser smaller: few colours, each pixel an index into them.
// https://www.w3.org/TR/png-3/

import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bytes per pixel of colour type 2, the one that screenshots have. */
const RGB = 3;

/** A page has some dozens, small bars among them; the rest are the edges of letters. */
const COLOURS = 96;

/** Colours that differ by no more than this in each channel count as one. A card and what it lies on differ by more. */
const NEAR = 8;

/** @param {Buffer} png  8 bits per channel, RGB, not interlaced */
export function withPalette(png) {
  const { width, height, pixels } = decode(png);
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += RGB) {
    const colour = pixels.readUIntBE(at, RGB);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = choose([...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour));
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0, to = 0; at < pixels.length; at += RGB) {
    if (at % (width * RGB) === 0) rows[to++] = 0;
    rows[to++] = indexes.get(pixels.readUIntBE(at, RGB));
  }
  return encode(width, height, palette, rows);
}

/** The colours that occur most, without those that are close to one of them. */
function choose(byFrequency) {
  const palette = [];
  for (const colour of byFrequency) {
    if (palette.length === COLOURS) break;
    if (palette.every((other) => distance(colour, other) > NEAR)) palette.push(colour);
  }
  return palette;
}

function nearest(palette, colour) {
  let best = 0;
  for (let index = 1; index < palette.length; index++) {
    if (distance(colour, palette[index]) < distance(colour, palette[best])) best = index;
  }
  return best;
}

/** By how much the channel that differs most does. */
function distance(one, other) {
  const by = (shift) => Math.abs(((one >> shift) & 255) - ((other >> shift) & 255));
  return Math.max(by(16), by(8), by(0));
}

function decode(png) {
  let width = 0;
  let height = 0;
  const data = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      if (body[8] !== 8 || body[9] !== 2 || body[12] !== 0) throw new Error('not a PNG of 8-bit RGB');
    }
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(data)), width * RGB, height) };
}

/** Each row begins with how its bytes are told from those to the left and above. */
function unfilter(filtered, stride, height) {
  const pixels = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = filtered[row * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = row * stride + x;
      const left = x < RGB ? 0 : pixels[at - RGB];
      const up = row === 0 ? 0 : pixels[at - stride];
      const corner = x < RGB || row === 0 ? 0 : pixels[at - stride - RGB];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[at] = filtered[row * (stride + 1) + 1 + x] + guess;
    }
  }
  return pixels;
}

/** https://www.w3.org/TR/png-3/#9Filter-type-4-Paeth */
function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function encode(width, height, palette, rows) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Bits per index, and colour type 3: indexes.
  head[8] = 8;
  head[9] = 3;
  const colours = Buffer.alloc(palette.length * RGB);
  palette.forEach((colour, index) => {
    colours.writeUIntBE(colour, index * RGB, RGB);
  });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
