// The time axis: from a moment to a place between 0 and 1, and the labels under it.
//
// On a page that stays open, minutes may pass between two clicks. Such a pause would press everything
// else into a hair's breadth, so it is drawn with a small fixed width.

/** A pause counts as long when it lasts this many times everything that happened. */
const LONG_PAUSE = 0.5;
const PAUSE_WIDTH = 0.05;

const WANTED_TICKS = 4;
/** Labels nearer than this to the one before are left out. */
const LABEL_DISTANCE = 0.18;

/** @returns {{place(time: number): number, ticks: {at: number, label: string}[], pauses: {at: number, width: number}[]}} */
export function timeScale(spans) {
  const busy = busyTimes(spans);
  const length = busy.reduce((sum, { start, end }) => sum + end - start, 0) || 0.001;
  const pieces = [];
  for (const { start, end } of busy) {
    const last = pieces.at(-1);
    if (last && start - last.end <= length * LONG_PAUSE) last.end = end;
    else pieces.push({ start, end });
  }

  const drawn = pieces.reduce((sum, { start, end }) => sum + end - start, 0) || 0.001;
  const perSecond = (1 - PAUSE_WIDTH * (pieces.length - 1)) / drawn;
  let at = 0;
  for (const piece of pieces) {
    piece.at = at;
    at += (piece.end - piece.start) * perSecond + PAUSE_WIDTH;
  }

  const place = (time) => {
    const piece = pieces.findLast(({ start }) => start <= time) ?? pieces[0];
    return piece.at + (Math.min(time, piece.end) - piece.start) * perSecond;
  };
  return {
    place,
    ticks: pieces.length === 1 ? regularTicks(drawn) : pieceTicks(pieces),
    pauses: pieces.slice(1).map((piece) => ({ at: piece.at - PAUSE_WIDTH, width: PAUSE_WIDTH })),
  };
}

/** `0.42 ms`, `8.4 ms`, `148 ms`, `1.24 s`, `3 min 20 s` */
export function formatDuration(seconds) {
  const ms = Math.max(0, seconds * 1000);
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

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

/** Round numbers: 1, 2 or 5 times a power of ten. */
function regularTicks(length) {
  const rough = length / WANTED_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const ticks = [];
  for (let index = 0; index * step < length; index += 1) {
    ticks.push({ at: (index * step) / length, label: index === 0 ? '0' : axisLabel(index * step) });
  }
  return ticks;
}

function pieceTicks(pieces) {
  const ticks = [];
  for (const { at, start } of pieces) {
    const last = ticks.at(-1);
    if (last && at - last.at < LABEL_DISTANCE) continue;
    const offset = start - pieces[0].start;
    ticks.push({ at, label: offset === 0 ? '0' : `+${formatDuration(offset)}` });
  }
  return ticks;
}

function axisLabel(seconds) {
  const ms = seconds * 1000;
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;
}
