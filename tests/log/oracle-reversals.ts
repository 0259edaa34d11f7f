/** When commits were undone or done again, for the oracle (`docs/decisions/0006-the-fold.md`, 9). */
import type { EntryId } from '#domain/ids';
import type { Entry, EntryBody } from '#log/types';

/** An entry that counts, with its blocks. */
export interface Counted {
  readonly entry: Entry;
  readonly body: EntryBody;
}

/** The log as it stood before an entry, and as if a commit had been undone from the first on. */
export interface When {
  readonly upTo?: Entry;
  readonly without?: EntryId;
}

export function isUndoneBefore(counted: readonly Counted[], { upTo, without }: When, id: EntryId): boolean {
  if (id === without) return true;
  const isOf = ({ body }: Counted) => body.kind === 'undo' && body.of === id;
  const isCommit = counted.some(({ entry, body }) => entry.id === id && body.kind === 'commit');
  const last = (isCommit ? until(counted, upTo) : counted).findLast(isOf)?.body;
  return last?.kind === 'undo' && last.undone;
}

export interface Reversal {
  readonly entry: Entry;
  readonly of: EntryId;
  readonly undone: boolean;
}

/** The last entry by which a commit that was there has become another than it was, undone or not. */
export function lastReversalBefore(counted: readonly Counted[], { upTo, without }: When): Reversal | undefined {
  const last = until(counted, upTo).findLast(({ entry, body }) => {
    if (body.kind !== 'undo' || body.of === without) return false;
    const isThere = until(counted, entry).some((one) => one.entry.id === body.of && one.body.kind === 'commit');
    return isThere && isUndoneBefore(counted, { upTo: entry }, body.of) !== body.undone;
  });
  return last?.body.kind === 'undo' ? { entry: last.entry, ...last.body } : undefined;
}

/** Entries are in their order. */
export function until<One extends Counted>(counted: readonly One[], upTo: Entry | undefined): readonly One[] {
  const at = counted.findIndex(({ entry }) => entry === upTo);
  return at < 0 ? counted : counted.slice(0, at);
}
