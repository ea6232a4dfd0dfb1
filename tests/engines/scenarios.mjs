// What must hold in every engine, by subject: each scenario is given a browser, a window of it, and servers. Its names are
// what the tests are called.
import { guest } from './scenarios/guest.mjs';
import { life } from './scenarios/life.mjs';
import { parts } from './scenarios/parts.mjs';
import { requests } from './scenarios/requests.mjs';
import { routes } from './scenarios/routes.mjs';
import { slim } from './scenarios/slim.mjs';
import { spans } from './scenarios/spans.mjs';
import { trace } from './scenarios/trace.mjs';
import { vitals } from './scenarios/vitals.mjs';
import { ways } from './scenarios/ways.mjs';
import { workers } from './scenarios/workers.mjs';

export const subjects = { trace, requests, spans, routes, life, vitals, parts, guest, ways, workers, slim };

/** What an engine cannot do: its name, names of scenarios, and why. */
const BEYOND = [
  [
    'Firefox',
    /window.*closed/,
    'Firefox, as its driver closes a window, drops requests that began in the last moment: 0 of 1 and 7 of 20 arrive',
  ],
];

const names = Object.values(subjects).flatMap(Object.keys);
for (const [engine, scenarios] of BEYOND) {
  if (!names.some((name) => scenarios.test(name))) throw new Error(`${engine}: no scenario is ${scenarios}`);
}

/** Why an engine cannot do what a scenario asks; false if it can. */
export function isBeyond(engine, scenario) {
  const found = BEYOND.find(([name, scenarios]) => name === engine && scenarios.test(scenario));
  return found ? found[2] : false;
}
