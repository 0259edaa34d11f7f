/**
 * Keeping house: personal data goes when its time is over, and nothing of it stays in the file or its log. Figures,
 * receipts by position and the message's key stay.
 */
import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { DeliveryState } from '#domain/delivery';
import { BEGUN, DOUBTFUL } from './sqlite-codes.ts';
import type { Ledger } from './sqlite-ledger.ts';
import type { ParkedReports } from './sqlite-parked.ts';
import type { RelayStore } from './types.ts';

type House = Pick<RelayStore, 'purge' | 'counts'>;

/** Deliveries a transaction: at most about 40 ms (random provider ids) in which nothing else of the relay runs. */
const PURGE_SLICE = 2_000;

interface DueRow {
  number: number;
  feed: number;
  state: string;
}

export function createHouse(db: Database, ledger: Ledger, parked: ParkedReports): House {
  // Not while dispatch holds a batch of it: dispatch itself ends what is past its time.
  const due = db.prepare<[number, number], DueRow>(
    `SELECT number, feed, state FROM messages m WHERE purged_at IS NULL AND purge_at <= ?
        AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.message = m.number AND b.lease_until > ?)
      ORDER BY purge_at LIMIT 1`,
  );
  const waiting = db.prepare<[number, number], { recipient: number; flags: number }>(
    'SELECT recipient, flags FROM deliveries WHERE message = ? AND state = 0 LIMIT ?',
  );
  const dropDeliveries = db.prepare<[number, number, number]>(
    `DELETE FROM deliveries WHERE message = ? AND recipient <
       (SELECT coalesce(min(recipient), 0) + ? FROM deliveries WHERE message = ?)`,
  );
  const dropBatches = db.prepare('DELETE FROM batches WHERE message = ?');
  const dropParts = db.prepare('DELETE FROM parts WHERE message = ?');
  const dropMessage = db.prepare('DELETE FROM messages WHERE number = ?');
  const end = db.prepare(
    `UPDATE messages SET state = 'sent', finished_at = coalesce(finished_at, ?), purged_at = ?,
            content = NULL, variables = NULL WHERE number = ?`,
  );
  const dropSessions = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  const dropLinks = db.prepare('DELETE FROM links WHERE expires_at <= ?');
  const figures = db.prepare<[], Record<Exclude<DeliveryState, 'queued'>, number> & { recipients: number }>(
    `SELECT coalesce(sum(recipients), 0) AS recipients, coalesce(sum(unknown), 0) AS unknown,
            coalesce(sum(accepted), 0) AS accepted, coalesce(sum(failed), 0) AS failed,
            coalesce(sum(delivered), 0) AS delivered, coalesce(sum(clicked), 0) AS clicked FROM messages`,
  );
  const callingNow = db
    .prepare<[], number>(
      `SELECT count(*) FROM batches b JOIN deliveries d
           ON d.message = b.message AND d.recipient >= b.first_recipient AND d.recipient < b.end_recipient
        WHERE b.owner IS NOT NULL AND d.state = 0 AND d.flags & ${BEGUN}`,
    )
    .pluck();
  const callbackCount = db.prepare<[], number>('SELECT count(*) FROM callbacks').pluck();

  /** One slice of one message; undefined when nothing is due, else whether the message is done. */
  const slice = db.transaction((now: number): 'done' | 'more' | undefined => {
    const message = due.get(now, now);
    if (!message) return undefined;
    const { number } = message;
    // First, so that nobody claims what is about to end.
    dropBatches.run(number);
    const queued = message.state === 'receiving' ? [] : waiting.all(number, PURGE_SLICE);
    if (queued.length > 0) {
      expire(message, queued, now);
      return 'more';
    }
    if (dropDeliveries.run(number, PURGE_SLICE, number).changes > 0) return 'more';
    dropParts.run(number);
    // Never whole, so nothing went out: the same key may begin anew.
    if (message.state === 'receiving') dropMessage.run(number);
    else end.run(now, now, number);
    return 'done';
  });

  /** What still waits ends truly: a try whose outcome was never learned may have been taken. */
  function expire(
    { number, feed }: DueRow,
    queued: readonly { recipient: number; flags: number }[],
    now: number,
  ): void {
    const page = ledger.open(number, feed);
    const none = { detail: undefined, providerId: undefined, at: now };
    for (const { recipient, flags } of queued) {
      const mayBeTaken = (flags & (BEGUN | DOUBTFUL)) !== 0;
      if (mayBeTaken) page.move(recipient, { ...none, state: 'unknown', stage: undefined, reason: undefined });
      else page.move(recipient, { ...none, state: 'failed', stage: 'refused', reason: 'expired' });
    }
    page.close();
  }

  async function purge(now: number): Promise<number> {
    dropSessions.run(now);
    dropLinks.run(now);
    parked.dropOld(now);
    let purged = 0;
    let touched = false;
    for (let result = slice(now); result; result = slice(now)) {
      touched = true;
      if (result === 'done') purged++;
      // Requests and calls go on between slices.
      await setImmediate();
    }
    // The log of changes holds what was deleted until it is cut.
    if (touched) db.pragma('wal_checkpoint(TRUNCATE)');
    return purged;
  }

  return {
    purge,
    counts: async () => {
      const row = figures.get();
      const { recipients = 0, unknown = 0, accepted = 0, failed = 0, delivered = 0, clicked = 0 } = row ?? {};
      const queued = recipients - unknown - accepted - failed - delivered - clicked;
      const calling = callingNow.get() ?? 0;
      return {
        queued: queued - calling,
        calling,
        callbacks: callbackCount.get() ?? 0,
        byState: { queued, unknown, accepted, failed, delivered, clicked },
      };
    },
  };
}
