// Client reports: the server is told what was not sent, so that its counts stay true. Only counters by reason and category,
// in the words of section 9.7 of the protocol.

/** Pairs of reason and category that are counted; the reference knows about thirty. Past it nothing new is counted. */
const MAX_OUTCOMES = 64;

/** The largest count that a report tells: the server keeps 32 bits. */
const MAX_QUANTITY = 2 ** 32 - 1;

/** So many things of a category, lost for a reason. */
export interface Outcome {
  reason: string;
  category: string;
  quantity: number;
}

/** What was lost since the last report. */
export class Losses {
  private outcomes: Outcome[] = [];

  /** Counts so many things of a category that were lost for a reason. */
  add(reason: string, category: string, quantity: number): void {
    const count = Math.min(Math.max(0, Math.trunc(quantity)), MAX_QUANTITY);
    if (!count) return;
    const known = this.outcomes.find((one) => one.reason === reason && one.category === category);
    if (known) known.quantity = Math.min(known.quantity + count, MAX_QUANTITY);
    else if (this.outcomes.length < MAX_OUTCOMES) this.outcomes.push({ reason, category, quantity: count });
  }

  /** What was lost, after which counting begins anew. */
  take(): Outcome[] {
    return this.outcomes.splice(0);
  }
}
