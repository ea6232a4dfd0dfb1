// Puts tags at the beginning of the head of an HTML document that comes in pieces, which may end anywhere.

import { attempt } from '../values/attempt.js';
import { endOfComment, endOfTag } from './html-tags.js';

/** So many characters of a document are looked through; a head that comes later has no tags. */
const MAX_SEARCHED = 16_384;

/** What begins like this is held back until it is known what it is. The first is the mark of UTF-8 as its bytes. */
const OPENINGS = ['\u00ef\u00bb\u00bf', '<!doctype', '<!--', '<?', '<html', '<head'];

/** So long is the longest of them. */
const LONGEST = 9;

/** Says whether the document names a trace itself. */
const OWN_TAG = /<meta[^>]{0,200}name\s*=\s*["']?sentry-trace\b/i;

/** The beginning of what may be such a tag, at the end of a piece. */
const OPEN_META = /<(?:m|me|met|meta|meta\s[^>]{0,300})?$/i;

/** A document on its way. */
export class HeadTags {
  private held = '';
  private searched = 0;
  /** Whether it is a document, and no part of one: it says so. */
  private isDocument = false;
  /** Whether what is held stands where the tags come. */
  private isThere = false;
  /** Whether everything else passes as it is. */
  isDone = false;

  /** @param tags is asked once, when the head is there; empty for none */
  constructor(private readonly tags: () => string) {}

  /** What can be passed on after this piece. `isLast` for the last one. */
  pass(piece: string, isLast = false): string {
    if (this.isDone) return piece;
    const text = this.held + piece;
    const passed = attempt(() => this.search(text, isLast));
    if (passed === undefined) this.isDone = true;
    return passed ?? text;
  }

  private search(text: string, isLast: boolean): string {
    const at = this.isThere ? 0 : this.find(text);
    const looked = this.searched + at;
    const isLong = looked > MAX_SEARCHED || text.length - at > MAX_SEARCHED;
    if (this.isThere && looked <= MAX_SEARCHED) {
      const rest = text.slice(at);
      // Who flushes a head early gets it flushed: only what nobody waits for is held.
      if (isLast || isLong || !mayGoOn(rest)) {
        this.isDone = true;
        return OWN_TAG.test(rest) ? text : text.slice(0, at) + this.tags() + rest;
      }
    } else if (isLast || isLong) this.isDone = true;
    if (this.isDone) return text;
    this.searched = looked;
    this.held = text.slice(at);
    return text.slice(0, at);
  }

  /**
   * Where the head's content begins; else from where on the text must be held back. Before a head there are only a doctype, comments,
   * space and the tag of the document. At anything else browsers begin the head, if it can be there, or the body: that what would be
   * a head's tag comes later, as in a script, says nothing.
   */
  private find(text: string): number {
    let at = this.searched === 0 && text.startsWith('\ufeff') ? 1 : 0;
    for (;;) {
      while (/[\t\n\f\r ]/.test(text[at] ?? '')) at++;
      const begin = text.slice(at, at + LONGEST).toLowerCase();
      if (begin.length < LONGEST && OPENINGS.some((one) => one.startsWith(begin))) return at;
      let end = 0;
      if (begin.startsWith('<!--')) end = endOfComment(text, at);
      else if (/^<!doctype|^<\?/.test(begin)) end = text.indexOf('>', at) + 1;
      else if (/^<(?:html|head)[\s/>]/.test(begin)) end = endOfTag(text, at);
      else if (this.searched + at === 0 && begin.startsWith('\u00ef\u00bb\u00bf')) end = 3;
      else return this.begin(text, at);
      if (!end || this.searched + at > MAX_SEARCHED) return at;
      const token = text.slice(at, end);
      if (begin.startsWith('<head')) {
        this.isThere = true;
        return end;
      }
      // XML knows doctypes with declarations in them, and documents that end where they begin.
      if (/^<!doctype[^[]*\[|^<html.*\/>$/is.test(token)) this.isDone = true;
      if (this.isDone) return text.length;
      if (/^<!doctype\s+html[\s>]|^<html/i.test(token)) this.isDocument = true;
      at = end;
    }
  }

  /** Where a document has no tag for its head, tags come before the first thing in it. What is only a part of one has none. */
  private begin(text: string, at: number): number {
    const isTag = text[at] === '<';
    if (this.isDocument && isTag && !endOfTag(text, at) && /^<[a-z]/i.test(text.slice(at, at + 2))) return at;
    // XML knows names with a prefix.
    if (this.isDocument && (!isTag || /^<[a-z][a-z\d-]*[\s/>]/i.test(text.slice(at, at + 80))))
      this.isThere = true;
    else this.isDone = true;
    return at;
  }
}

/** Whether what stands behind the place of the tags may be such tags of the page, of which the rest is yet to come. */
function mayGoOn(text: string): boolean {
  let at = 0;
  for (;;) {
    while (/[\t\n\f\r ]/.test(text[at] ?? '')) at++;
    const begin = text.slice(at, at + 6).toLowerCase();
    if (begin.length < 6 && ['<!--', '<meta'].some((one) => one.startsWith(begin))) return true;
    let end = 0;
    if (begin.startsWith('<!--')) end = endOfComment(text, at);
    else if (/^<meta[\s/>]/.test(begin)) end = endOfTag(text, at);
    else break;
    if (!end) return true;
    at = end;
  }
  return OPEN_META.test(text.slice(-310)) && !/<\/head|<body/i.test(text);
}
