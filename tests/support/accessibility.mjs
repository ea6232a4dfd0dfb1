// What axe-core finds wrong with a page, for people who use it by keyboard, screen reader or with little contrast.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** WCAG 2.2 at level AA, and what else is good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core cannot always tell: the colour behind a text that something else lies over, and what a sign such as + says. */
const UNCERTAIN = new Set(['color-contrast', 'label-content-name-mismatch']);

/** One line for each rule that a page breaks or may break, in each of its colours: none is what we want. */
export async function violations(page) {
  const found = [];
  await page.evaluate(await readFile(AXE, 'utf8'));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const { violations, incomplete, passes } = await page.evaluate(
      (tags) => axe.run({ runOnly: tags }),
      TAGS,
    );
    if (!passes.some(({ id }) => id === 'color-contrast'))
      found.push(`${colorScheme}: no text was looked at`);
    const doubtful = incomplete.filter(({ id }) => !UNCERTAIN.has(id));
    for (const { id, nodes } of [...violations, ...doubtful]) {
      found.push(
        `${colorScheme}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
      );
    }
  }
  return found;
}
