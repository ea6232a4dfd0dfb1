// Where tags and comments of HTML end, as its tokenizer has it (HTML, section 13.2.5), for text that goes on later.

/** What a tag consists of: space, or an attribute. A value with a quote before it lasts to the next one, or to the end of the text. */
const PART = /[\s/]+|[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s>]*))?/y;

const COMMENT_END = /--!?>/g;

/** Behind the tag that begins there; zero if it goes on. */
export function endOfTag(text: string, at: number): number {
  let end = at + 1;
  for (;;) {
    PART.lastIndex = end;
    if (!PART.test(text)) break;
    end = PART.lastIndex;
  }
  return text[end] === '>' ? end + 1 : 0;
}

/** Behind the comment that begins there; zero if it goes on. */
export function endOfComment(text: string, at: number): number {
  // Whole comments too.
  const [short] = /^-?>/.exec(text.slice(at + 4, at + 6)) ?? [];
  if (short) return at + 4 + short.length;
  COMMENT_END.lastIndex = at + 4;
  return COMMENT_END.test(text) ? COMMENT_END.lastIndex : 0;
}
