/**
 * The one place where a delivery's state changes. Each upward move writes the row, the message's figures and an item
 * of the feed, in the transaction of whoever moves; a page gathers the moves of one message so that figures and
 * cursor are written once.
 */
import type { Database } from 'better-sqlite3';
import type { DeliveryState } from '#domain/delivery';
import { mergeState } from '#domain/delivery';
import { SENT, STATE_CODES, stateOfCode } from './sqlite-codes.ts';

export interface Evidence {
  readonly state: Exclude<DeliveryState, 'queued'>;
  readonly stage: string | undefined;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  readonly at: number;
  readonly providerId: string | undefined;
}

export interface LedgerPage {
  /** Only upwards; weaker evidence still leaves the provider's id. */
  readonly move: (recipient: number, evidence: Evidence) => void;
  /** Writes figures and cursor; answers how many deliveries left the queue. */
  readonly close: () => number;
}

export interface Ledger {
  readonly open: (message: number, feed: number) => LedgerPage;
}

/** A delivery counts as sent once a channel has accepted it, whatever came after (STA-1); devices count the same way. */
function showsAcceptance({ state, stage }: Evidence): boolean {
  return state === 'accepted' || state === 'delivered' || state === 'clicked' || stage === 'undelivered';
}

export function createLedger(db: Database): Ledger {
  const leaveQueue = db.prepare<[number, number, string | null, number, number]>(
    `UPDATE deliveries SET state = ?, flags = ?, provider_id = coalesce(?, provider_id)
      WHERE message = ? AND recipient = ? AND state = 0`,
  );
  const read = db.prepare<[number, number], { state: number; flags: number }>(
    'SELECT state, flags FROM deliveries WHERE message = ? AND recipient = ?',
  );
  const update = db.prepare<[number, number, string | null, number, number]>(
    `UPDATE deliveries SET state = ?, flags = ?, provider_id = coalesce(provider_id, ?)
      WHERE message = ? AND recipient = ?`,
  );
  const lastCursor = db.prepare<[number], number>('SELECT last_cursor FROM feeds WHERE number = ?').pluck();
  const setCursor = db.prepare<[number, number]>('UPDATE feeds SET last_cursor = ? WHERE number = ?');
  const addItem = db.prepare(
    `INSERT INTO feed_items (feed, cursor, message, recipient, state, stage, reason, detail, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addFigures = db.prepare(
    `UPDATE messages SET unknown = unknown + ?, accepted = accepted + ?, failed = failed + ?,
            delivered = delivered + ?, clicked = clicked + ?, sent = sent + ?
      WHERE number = ?`,
  );

  function open(message: number, feed: number): LedgerPage {
    const firstCursor = lastCursor.get(feed) ?? 0;
    let cursor = firstCursor;
    const changes: Record<DeliveryState, number> = {
      queued: 0,
      unknown: 0,
      accepted: 0,
      failed: 0,
      delivered: 0,
      clicked: 0,
    };
    let sent = 0;

    function note(recipient: number, from: DeliveryState, evidence: Evidence): void {
      changes[from]--;
      changes[evidence.state]++;
      cursor++;
      const { state, stage, reason, detail, at } = evidence;
      addItem.run(
        feed,
        cursor,
        message,
        recipient,
        STATE_CODES[state],
        stage ?? null,
        reason ?? null,
        detail ?? null,
        at,
      );
    }

    function move(recipient: number, evidence: Evidence): void {
      const code = STATE_CODES[evidence.state];
      const sentFlag = showsAcceptance(evidence) ? SENT : 0;
      const providerId = evidence.providerId ?? null;
      if (leaveQueue.run(code, sentFlag, providerId, message, recipient).changes === 1) {
        if (sentFlag) sent++;
        note(recipient, 'queued', evidence);
        return;
      }
      const row = read.get(message, recipient);
      if (!row) return;
      const before = stateOfCode(row.state);
      const moves = mergeState(before, evidence.state) !== before;
      if (!moves && providerId === null) return;
      update.run(moves ? code : row.state, moves ? row.flags | sentFlag : row.flags, providerId, message, recipient);
      if (!moves) return;
      if (sentFlag && !(row.flags & SENT)) sent++;
      note(recipient, before, evidence);
    }

    function close(): number {
      if (cursor !== firstCursor) setCursor.run(cursor, feed);
      const { unknown, accepted, failed, delivered, clicked } = changes;
      if (cursor !== firstCursor || sent > 0)
        addFigures.run(unknown, accepted, failed, delivered, clicked, sent, message);
      return -changes.queued;
    }

    return { move, close };
  }

  return { open };
}
