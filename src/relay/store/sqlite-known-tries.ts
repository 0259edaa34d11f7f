/**
 * What a dead process's call journal knows, taken into the tables before anybody claims a batch. The row decides whether
 * it is believed: the batch in the name of that very claim, and that very try begun and without an ending.
 */
import type { Database } from 'better-sqlite3';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { BEGUN } from './sqlite-codes.ts';
import type { Endings } from './sqlite-endings.ts';
import type { Ledger } from './sqlite-ledger.ts';
import type { KnownTry, RelayStore } from './types.ts';

interface ClaimedRow {
  message: number;
  workspace: WorkspaceId;
  channel: ChannelCode;
  feed: number;
}

export function createKnownTries(db: Database, ledger: Ledger, endings: Endings): Pick<RelayStore, 'settleTries'> {
  const claimed = db.prepare<[number, string], ClaimedRow>(
    `SELECT b.message, b.workspace, b.channel, m.feed
       FROM batches b JOIN messages m ON m.number = b.message WHERE b.id = ? AND b.owner = ?`,
  );
  const begun = db
    .prepare<[number, number, number], number>(
      `SELECT 1 FROM deliveries
        WHERE message = ? AND recipient = ? AND state = 0 AND flags & ${BEGUN} AND tries = ?`,
    )
    .pluck();
  const countDown = db.prepare<[number, number]>('UPDATE batches SET remaining = remaining - ? WHERE id = ?');

  const settle = db.transaction((at: number, tries: readonly KnownTry[]): readonly WorkspaceId[] => {
    const workspaces = new Set<WorkspaceId>();
    for (const ofClaim of Map.groupBy(tries, ({ batch, owner }) => `${batch} ${owner}`).values()) {
      const [{ batch, owner }] = ofClaim as [KnownTry, ...KnownTry[]];
      const row = claimed.get(batch, owner);
      if (!row) continue;
      const page = ledger.open(row.message, row.feed);
      for (const { recipient, tries: number, ending } of ofClaim) {
        if (!begun.get(row.message, recipient, number)) continue;
        endings.write(page, row, row.message, recipient, ending, at);
      }
      const ended = page.close();
      countDown.run(ended, batch);
      if (ended > 0) workspaces.add(row.workspace);
    }
    return [...workspaces];
  });

  return { settleTries: async (...input) => settle(...input) };
}
