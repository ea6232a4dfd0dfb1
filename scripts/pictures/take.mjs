// Uses a page of the demo as a visitor does, and takes a picture of it.

import { withPalette } from './png.mjs';

const VIEWPORT = { width: 1280, height: 800 };

/** How long a page may take to have the spans it should, in milliseconds, and how often it is tried. */
const PATIENCE = 15_000;
const MAX_TRIES = 12;

/** By how much the clocks of browser and services may differ, in seconds: on a busy machine they do. */
const CLOCKS = 0.02;

/** Below what is pictured, in pixels. */
const MARGIN = 18;

/** @returns {Promise<Buffer | undefined>} undefined when the page never showed as many spans as it should */
export async function takePicture(browser, origin, { path, press, rows, without, colorScheme = 'light' }) {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const page = await browser.newPage({ viewport: VIEWPORT, colorScheme, reducedMotion: 'reduce' });
    try {
      // The load of the page has ended when it is reported: then a click is a root of its own.
      const reported = page.waitForResponse((response) => response.url().endsWith('/tunnel'));
      await page.goto(`${origin}${path}`);
      await reported;
      await page.locator(press).first().click();
      if ((await settles(page, rows)) && (await isPlausible(page)))
        return withPalette(await pictured(page, without));
    } finally {
      await page.close();
    }
  }
  return undefined;
}

/** Whether the waterfall gets just so many rows. What a busy machine adds, such as long frames, is not for pictures. */
async function settles(page, rows) {
  const isThere = (count) => {
    const { state } = document.getElementById('waterfall').dataset;
    return state === 'complete' && document.querySelectorAll('#waterfall .row').length === count;
  };
  try {
    await page.waitForFunction(isThere, rows, { timeout: PATIENCE });
    return true;
  } catch (error) {
    if (error.name !== 'TimeoutError') throw error;
    return false;
  }
}

/** Whether no span begins before its parent. */
async function isPlausible(page) {
  const id = await page.locator('#trace-id').textContent();
  const { spans } = await (await page.request.get(new URL(`/api/traces/${id}`, page.url()).href)).json();
  const starts = new Map(spans.map(({ spanId, start }) => [spanId, start]));
  return spans.every(({ parentSpanId, start }) => start > (starts.get(parentSpanId) ?? 0) - CLOCKS);
}

async function pictured(page, without) {
  const sections = page.locator(`main > section${without ? `:not(${without})` : ''}`);
  const boxes = await Promise.all((await sections.all()).map((section) => section.boundingBox()));
  const height = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height))) + MARGIN;
  const clip = { x: 0, y: 0, width: VIEWPORT.width, height };
  // The pointer lies where it pressed.
  await page.mouse.move(0, 0);
  return page.screenshot({ fullPage: true, clip });
}
