// What is measured, in the order of the tables.
import { bytes } from './bytes.mjs';
import { end } from './end.mjs';
import { growth } from './growth.mjs';
import { memory } from './memory.mjs';
import { pageLoad } from './page-load.mjs';
import { requests } from './requests.mjs';
import { spans } from './spans.mjs';
import { startup } from './startup.mjs';

/**
 * A part measures its rows for one subject. A row has a title and a unit; `less` takes off what the page costs without an SDK;
 * `state` says whether the page is cold or hot; `chart` is its name in the chart; `isCheck` is for what nobody compares.
 */
export const PARTS = { bytes, startup, spans, requests, end, pageLoad, memory, growth };
