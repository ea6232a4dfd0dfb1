// The time axis: from a moment to a place between 0 and 1, and the labels on it.
//
// Seconds or minutes may pass between a page's load and a click. Such a pause would press everything
// else into a hair's breadth, so it is cut out and drawn with a small fixed width.

/** A pause counts as long when it lasts this many times everything that happened. */
const LONG_PAUSE = 0.5;
const PAUSE_WIDTH = 0.05;
/** Share of the axis that all pauses together may take. */
const MAX_PAUSES_WIDTH = 0.4;

const WANTED_TICKS = 4;
/** Labels nearer to each other than this are left out. */
const LABEL_DISTANCE = 0.2;
/** A label further right than this would leave the axis. */
const LAST_LABEL = 0.86;

/**
 * @param origin  the moment that the labels call 0
 * @returns {{place(time: number): number, ticks: {at: number, label: string}[], pauses: {at: number, width: number}[]}}
 */
export function timeScale(spans, origin) {
  const pieces = piecesOf(busyTimes(spans));
  const drawn = pieces.reduce((sum, { start, end }) => sum + end - start, 0) || 0.001;
  const pauseWidth = Math.min(PAUSE_WIDTH, MAX_PAUSES_WIDTH / Math.max(1, pieces.length - 1));
  const perSecond = (1 - pauseWidth * (pieces.length - 1)) / drawn;
  let at = 0;
  for (const piece of pieces) {
    piece.at = at;
    at += (piece.end - piece.start) * perSecond + pauseWidth;
  }
  const pieceOf = (time) => pieces.findLast(({ start }) => start <= time) ?? pieces[0];
  const place = (time) => {
    const { at, start, end } = pieceOf(time);
    return at + (Math.min(time, end) - start) * perSecond;
  };
  return {
    place,
    ticks: ticks(pieces, pieceOf(origin), origin, drawn, place),
    pauses: pieces.slice(1).map((piece) => ({ at: piece.at - pauseWidth, width: pauseWidth })),
  };
}

/** `0.42 ms`, `8.4 ms`, `148 ms`, `1.24 s`, `3 min 20 s` */
export function formatDuration(seconds) {
  const ms = Math.max(0, seconds * 1000);
  if (ms < 0.005) return '0 ms';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `+8.4 ms`, `−2.25 s` */
export const formatOffset = (seconds) => `${seconds < 0 ? '−' : '+'}${formatDuration(Math.abs(seconds))}`;

/** When anything happened: the spans' times, joined where they touch. */
function busyTimes(spans) {
  const times = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = times.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else times.push({ start, end: Math.max(start, end) });
  }
  return times;
}

/** Joined again where the pause between is short. */
function piecesOf(times) {
  const length = times.reduce((sum, { start, end }) => sum + end - start, 0);
  const pieces = [];
  for (const { start, end } of times) {
    const last = pieces.at(-1);
    if (last && start - last.end <= length * LONG_PAUSE) last.end = end;
    else pieces.push({ start, end });
  }
  return pieces;
}

/** Round steps from the origin on, and back; for every other piece the moment it starts. */
function ticks(pieces, main, origin, drawn, place) {
  const found = [];
  const add = (at, label) => {
    const isFree = found.every((tick) => Math.abs(tick.at - at) >= LABEL_DISTANCE);
    if (isFree && at <= LAST_LABEL) found.push({ at, label });
  };
  const step = roundStep(drawn / WANTED_TICKS);
  for (let time = origin; time <= main.end; time += step) {
    add(place(time), time === origin ? '0' : axisLabel(time - origin));
  }
  for (let time = origin - step; time >= main.start; time -= step) {
    add(place(time), axisLabel(time - origin));
  }
  for (const piece of pieces) if (piece !== main) add(piece.at, formatOffset(piece.start - origin));
  return found;
}

/** The next of 1, 2 or 5 times a power of ten. */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
}

function axisLabel(seconds) {
  const ms = seconds * 1000;
  return Math.abs(ms) < 999.5 ? `${signed(ms)} ms` : `${signed(seconds)} s`;
}

/** At most three digits; a true minus sign. */
const signed = (number) => String(Number(number.toPrecision(3))).replace('-', '−');
