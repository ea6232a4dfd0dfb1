// Puts tags behind the `<head>` of an HTML document that comes in pieces, which may end anywhere.

/** So many characters of a document are looked through; a head that comes later has no tags. */
const MAX_SEARCHED = 65_536;

/** What begins like this is held back until it is known what it is. */
const OPENINGS = ['<!--', '<head', '<body'];

/** Says whether the document names a trace itself. */
const OWN_TAG = /<meta[^>]{0,200}name\s*=\s*["']?sentry-trace\b/i;

/** A document on its way. */
export class HeadTags {
  private held = '';
  private searched = 0;
  /** Whether everything else passes as it is. */
  isDone = false;

  /** @param tags is asked once, when the head is there; empty for none */
  constructor(private readonly tags: () => string) {}

  /** What can be passed on after this piece. `isLast` for the last one. */
  pass(piece: string, isLast = false): string {
    if (this.isDone) return piece;
    const text = this.held + piece;
    this.held = '';
    const at = this.find(text);
    const looked = this.searched + (at < 0 ? -at - 1 : at);
    if (looked > MAX_SEARCHED) {
      this.isDone = true;
      return text;
    }
    if (at >= 0) {
      this.isDone = true;
      const [before, after] = [text.slice(0, at), text.slice(at)];
      return OWN_TAG.test(text) ? text : before + this.tags() + after;
    }
    if (isLast) this.isDone = true;
    if (this.isDone) return text;
    const open = -at - 1;
    this.searched = looked;
    this.held = text.slice(open);
    // A tag, or a comment, of this length is none that anybody waits for.
    if (this.held.length > MAX_SEARCHED) {
      this.isDone = true;
      return text;
    }
    return text.slice(0, open);
  }

  /** Where the head's tag ends; else, below zero, `-1 -` from where on the text must be held back. */
  private find(text: string): number {
    for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
      const begin = text.slice(at, at + 6).toLowerCase();
      if (begin.length < 6 && OPENINGS.some((one) => one.startsWith(begin) || begin.startsWith(one)))
        return -1 - at;
      if (begin.startsWith('<!--')) {
        const end = text.indexOf('-->', at + 4);
        if (end < 0) return -1 - at;
        at = end;
      } else if (/^<head[\s/>]/.test(begin)) {
        const end = endOfTag(text, at);
        return end < 0 ? -1 - at : end;
      } else if (/^<body[\s/>]/.test(begin)) {
        this.isDone = true;
        break;
      }
    }
    return -1 - text.length;
  }
}

/** Behind the tag that begins there; below zero if it goes on. */
function endOfTag(text: string, at: number): number {
  const tag = /<(?:[^>"']|"[^"]*"|'[^']*')*>/y;
  tag.lastIndex = at;
  return tag.test(text) ? tag.lastIndex : -1;
}
