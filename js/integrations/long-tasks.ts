// Long tasks and long animation frames: what kept the page from answering its visitor.

import { addMeasured } from '../page/measured.js';
import { observe } from '../page/timeline.js';
import { recordedUrl } from '../scope/recorded.js';
import { ORIGIN } from '../span/record.js';
import type { SpanAttributes } from '../types/spans.js';

/** <https://w3c.github.io/long-animation-frames/> */
interface Script {
  duration: number;
  invoker: string;
  invokerType: string;
  sourceURL: string;
  sourceFunctionName: string;
  sourceCharPosition: number;
}
interface LongAnimationFrame extends PerformanceEntry {
  scripts: Script[];
}

const NAME = 'Main UI thread blocked';

let watching = false;

/** Watches from now on, once per page. A browser that knows frames is not asked about tasks. */
export function watchLongTasks(frames: boolean, tasks: boolean): void {
  if (watching) return;
  watching =
    (frames && observe('long-animation-frame', addFrame)) ||
    (tasks && observe('longtask', (task) => add('ui.long_task', task, {})));
}

function addFrame(frame: LongAnimationFrame): void {
  const [first, ...others] = frame.scripts;
  if (!first) return;
  const longest = others.reduce((one, other) => (other.duration > one.duration ? other : one), first);
  const { invoker, invokerType, sourceURL, sourceFunctionName, sourceCharPosition } = longest;
  add('ui.long_animation_frame', frame, {
    'browser.script.invoker': withoutSecrets(invoker),
    'browser.script.invoker_type': invokerType,
    'code.file.path': withoutSecrets(sourceURL) || undefined,
    'code.function.name': sourceFunctionName || undefined,
    'browser.script.source_char_position': sourceCharPosition === -1 ? undefined : sourceCharPosition,
  });
}

/** A script is named by its URL, and a listener by what its element says: `IMG[src="/image?token=1"].onload`. */
function withoutSecrets(name: string): string {
  return name.replace(/(\[src="[^"?]*\?)[^"]*/, '$1[Filtered]').replace(/https?:[^"]*/g, recordedUrl);
}

function add(op: string, entry: PerformanceEntry, attributes: SpanAttributes): void {
  addMeasured({ name: NAME, op, attributes: { [ORIGIN]: 'auto.ui.browser.metrics', ...attributes } }, entry);
}
