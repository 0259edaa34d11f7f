/** How an ending is written: a receipt and the row's state, or back to the queue. In the transaction of whoever calls. */
import type { Database } from 'better-sqlite3';
import { DOUBTFUL } from './sqlite-codes.ts';
import type { Evidence, LedgerPage } from './sqlite-ledger.ts';
import type { ParkedReports } from './sqlite-parked.ts';
import type { Batch, Ending } from './types.ts';

export interface Endings {
  readonly write: (
    page: LedgerPage,
    batch: Pick<Batch, 'workspace' | 'channel'>,
    message: number,
    recipient: number,
    ending: Ending,
    at: number,
  ) => void;
}

export function createEndings(db: Database, parked: ParkedReports): Endings {
  const again = db.prepare<[number, number, number, number, number, number]>(
    `UPDATE deliveries SET tries = tries - ?, not_before = ?, flags = (flags & ?) | ?
      WHERE message = ? AND recipient = ? AND state = 0`,
  );

  return {
    write(page, batch, message, recipient, ending, at) {
      if (ending.kind === 'again') {
        const kept = ending.doubt === 'cleared' ? 0 : DOUBTFUL;
        const raised = ending.doubt === 'raised' ? DOUBTFUL : 0;
        again.run(ending.spent === 'nothing' ? 1 : 0, ending.notBefore, kept, raised, message, recipient);
        return;
      }
      const evidence = endingToEvidence(ending, at);
      page.move(recipient, evidence);
      if (evidence.providerId === undefined) return;
      const reports = parked.take(batch.workspace, batch.channel, evidence.providerId);
      for (const report of reports) page.move(recipient, report);
    },
  };
}

function endingToEvidence(ending: Exclude<Ending, { kind: 'again' }>, at: number): Evidence {
  const none = { stage: undefined, reason: undefined, detail: undefined, providerId: undefined, at };
  switch (ending.kind) {
    case 'accepted':
      return { ...none, state: 'accepted', providerId: ending.providerId };
    case 'refused':
      return { ...none, state: 'failed', stage: ending.stage, reason: ending.reason, detail: ending.detail };
    case 'unknown':
      return { ...none, state: 'unknown', detail: ending.detail };
  }
}
