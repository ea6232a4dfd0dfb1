// The package in three engines, by one list of scenarios.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { canBring } from '../../scripts/setup/apt.mjs';
import { lackingPackages } from '../../scripts/setup/engines.mjs';
import { useApi } from '../support/api.mjs';
import { useServer } from '../support/browser.mjs';
import { engines } from '../support/engines.mjs';
import { useGuests } from '../support/guests.mjs';
import { isBeyond, subjects } from './scenarios.mjs';

describe('engines', { timeout: 1_200_000 }, () => {
  const use = { server: useServer(), api: useApi(), guests: useGuests() };
  for (const [engine, launch] of Object.entries(engines)) {
    describe(engine, () => {
      const lacking = lackingPackages(engine);
      if (lacking.length) {
        const sentence = `${engine} is missing: ${lacking.join(', ')}`;
        // A failure only where set-up should have brought it.
        it('is there', { skip: !canBring(lacking) && sentence }, () => assert.fail(sentence));
        return;
      }
      let browser;
      before(async () => {
        browser = await launch();
      });
      after(() => browser?.close());
      for (const [subject, scenarios] of Object.entries(subjects)) {
        describe(subject, () => {
          for (const [name, scenario] of Object.entries(scenarios)) {
            it(name, { skip: isBeyond(engine, name) }, async () => {
              const window = await browser.open();
              try {
                await scenario({ ...use, browser, window });
              } finally {
                // Some have closed it.
                await window.close().catch(() => {});
              }
            });
          }
        });
      }
    });
  }
});
