/**
 * What must hold after an outbox has left over a bad line. The verdict comes from the relay's receipts and from the
 * provider stand-in's journal, not from the device's own books. Pure: tested without any process.
 */

export interface OutboxEnd {
  /** Keys of all messages that were in the outbox. */
  readonly sent: readonly string[];
  /** Those that are there still. */
  readonly waiting: ReadonlySet<string>;
  /** By message: how many deliveries the relay says the provider accepted. Each message has one recipient. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Taken whole by the relay, and not sent yet. */
  readonly unended: ReadonlySet<string>;
  /** Deliveries that took effect at the provider. It tells repeats, so a call more has no effect and is allowed. */
  readonly effects: number;
}

/** By these words a run tells that messages were lost, whatever else may be wrong with it. */
export const LOST = /messages? lost/;

export function judgeOutbox({ sent, waiting, accepted, unended, effects }: OutboxEnd): readonly string[] {
  const known = new Set(sent);
  const missing = sent.filter((key) => !accepted.has(key));
  const lost = missing.filter((key) => !waiting.has(key) && !unended.has(key));
  const doubled = [...accepted].filter(([, count]) => count > 1);
  const foreign = [...accepted.keys()].filter((key) => !known.has(key));
  return [
    said(lost.length, 'lost: gone from the outbox, and the relay never took it whole'),
    said(doubled.length, 'taken twice by the relay'),
    said(foreign.length, 'at the relay that nobody sent'),
    said(waiting.size, 'still in the outbox'),
    said(unended.size, 'taken by the relay and never sent on'),
    effects === sent.length
      ? undefined
      : `${String(effects)} deliveries took effect at the provider instead of ${String(sent.length)}`,
  ].filter((problem) => problem !== undefined);
}

function said(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${String(count)} ${count === 1 ? 'message' : 'messages'} ${what}`;
}
