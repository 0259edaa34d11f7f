/**
 * What dispatch does to the tables: claims with a lease, turns that write endings and beginnings in one transaction,
 * and giving back. A claim's owner is a name of its own, so that a turn after a lost lease writes nothing.
 */
import type { Database } from 'better-sqlite3';
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import type { MessageContent } from '#domain/message';
import { BEGUN, DOUBTFUL, PRIORITY_CODES, priorityOfCode } from './sqlite-codes.ts';
import type { Endings } from './sqlite-endings.ts';
import type { Ledger } from './sqlite-ledger.ts';
import type { Batch, ChannelKey, RelayStore, Turn, Work } from './types.ts';

type DispatchPart = Pick<RelayStore, 'claimBatch' | 'readyChannels' | 'work' | 'turn' | 'release' | 'releaseAll'>;

interface BatchRow {
  id: number;
  message: number;
  first_recipient: number;
  end_recipient: number;
  priority: number;
  id_of_message: MessageId;
  content: string;
  key_prefix: string;
  queued_at: number;
  purge_at: number;
  channel_there: number | null;
  down_since: number | null;
}

interface WorkRow {
  recipient: number;
  address: string;
  variables: string | null;
  tries: number;
  flags: number;
  not_before: number;
}

interface HeldRow {
  message: number;
  feed: number;
}

export function createDispatchPart(db: Database, ledger: Ledger, endings: Endings): DispatchPart {
  const oldest = db.prepare<[string, string, number, number, number], BatchRow>(
    `SELECT b.id, b.message, b.first_recipient, b.end_recipient, b.priority, m.id AS id_of_message, m.content,
            m.key_prefix, m.queued_at, m.purge_at, c.number AS channel_there, c.down_since
       FROM batches b
       JOIN messages m ON m.number = b.message
       LEFT JOIN channels c ON c.number = m.channel_number
      WHERE b.workspace = ? AND b.channel = ? AND b.priority < ? AND b.not_before <= ? AND b.lease_until <= ?
      ORDER BY b.priority, b.id LIMIT 1`,
  );
  const lease = db.prepare('UPDATE batches SET owner = ?, lease_until = ? WHERE id = ?');
  const markSending = db.prepare("UPDATE messages SET state = 'sending' WHERE number = ? AND state = 'queued'");
  const ready = db.prepare<[number, number], ChannelKey>(
    'SELECT DISTINCT workspace, channel AS code FROM batches WHERE not_before <= ? AND lease_until <= ?',
  );
  const nextReady = db
    .prepare<[number], number | null>(
      'SELECT min(max(not_before, lease_until)) FROM batches WHERE max(not_before, lease_until) > ?',
    )
    .pluck();
  const variableNames = db
    .prepare<[string, string], string | null>('SELECT variables FROM messages WHERE workspace = ? AND id = ?')
    .pluck();
  const left = db.prepare<[string, string, number, number], WorkRow>(
    `SELECT d.recipient, d.address, d.variables, d.tries, d.flags, d.not_before
       FROM messages m JOIN deliveries d ON d.message = m.number
      WHERE m.workspace = ? AND m.id = ? AND d.recipient >= ? AND d.recipient < ? AND d.state = 0
      ORDER BY d.recipient`,
  );
  const renew = db.prepare<[number, number, string], HeldRow>(
    `UPDATE batches SET lease_until = ? WHERE id = ? AND owner = ?
     RETURNING message, (SELECT feed FROM messages WHERE number = batches.message) AS feed`,
  );
  // A try begun on top of one without an ending: that earlier one may have been taken.
  const begin = db.prepare<[number, number]>(
    `UPDATE deliveries SET tries = tries + 1, flags = flags | ${BEGUN} | CASE WHEN flags & ${BEGUN} THEN ${DOUBTFUL} ELSE 0 END
      WHERE message = ? AND recipient = ? AND state = 0`,
  );
  const countDown = db.prepare('UPDATE batches SET remaining = remaining - ? WHERE id = ?');
  const held = db.prepare<[number, string], { message: number; remaining: number }>(
    'SELECT message, remaining FROM batches WHERE id = ? AND owner = ?',
  );
  const giveBack = db.prepare('UPDATE batches SET owner = NULL, lease_until = 0, not_before = ? WHERE id = ?');
  const dropBatch = db.prepare('DELETE FROM batches WHERE id = ?');
  const finish = db.prepare(
    `UPDATE messages SET state = 'sent', finished_at = ?
      WHERE number = ? AND NOT EXISTS (SELECT 1 FROM batches WHERE message = messages.number)`,
  );
  const freeAll = db.prepare('UPDATE batches SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL');

  const claim = db.transaction(
    (...[channel, owner, now, leaseUntil, above]: Parameters<RelayStore['claimBatch']>): Batch | undefined => {
      const { workspace, code } = channel;
      const below = above === undefined ? Number.MAX_SAFE_INTEGER : PRIORITY_CODES[above];
      const row = oldest.get(workspace, code, below, now, now);
      if (!row) return undefined;
      lease.run(owner, leaseUntil, row.id);
      markSending.run(row.message);
      return rowToBatch(row, workspace, code);
    },
  );

  const turn = db.transaction((batch: Batch, owner: string, leaseUntil: number, { at, ends, begins }: Turn) => {
    const row = renew.get(leaseUntil, batch.id, owner);
    if (!row) return 'lost';
    if (ends.length > 0) {
      const page = ledger.open(row.message, row.feed);
      for (const { recipient, ending } of ends) endings.write(page, batch, row.message, recipient, ending, at);
      const left = page.close();
      if (left > 0) countDown.run(left, batch.id);
    }
    for (const { recipient } of begins) begin.run(row.message, recipient);
    return 'written';
  });

  const release = db.transaction((batch: Batch, owner: string, now: number, notBefore: number) => {
    const row = held.get(batch.id, owner);
    if (!row) return;
    if (row.remaining > 0) {
      giveBack.run(notBefore, batch.id);
      return;
    }
    dropBatch.run(batch.id);
    finish.run(now, row.message);
  });

  return {
    claimBatch: async (...input) => claim(...input),
    readyChannels: async (now) => ({ ready: ready.all(now, now), nextAt: nextReady.get(now) ?? undefined }),
    work: async (batch) => {
      const names = variableNames.get(batch.workspace, batch.message);
      const rows = left.all(batch.workspace, batch.message, batch.from, batch.to);
      return rowsToWork(batch, names ? (JSON.parse(names) as string[]) : [], rows);
    },
    turn: async (...input) => turn(...input),
    release: async (...input) => release(...input),
    releaseAll: async () => void freeAll.run(),
  };
}

function rowToBatch(row: BatchRow, workspace: WorkspaceId, channel: ChannelCode): Batch {
  return {
    id: row.id,
    workspace,
    message: row.id_of_message,
    channel,
    priority: priorityOfCode(row.priority),
    content: JSON.parse(row.content) as MessageContent,
    from: row.first_recipient,
    to: row.end_recipient,
    keyPrefix: row.key_prefix,
    queuedAt: row.queued_at,
    purgeAt: row.purge_at,
    channelState: row.channel_there === null ? 'gone' : 'there',
    ...(row.down_since === null ? {} : { channelDownSince: row.down_since }),
  };
}

const NO_VARIABLES: Readonly<Record<string, string>> = Object.freeze({});

function rowsToWork(batch: Batch, names: readonly string[], rows: readonly WorkRow[]): readonly Work[] {
  return rows.map((row) => ({
    message: batch.message,
    recipient: row.recipient,
    address: row.address,
    variables: row.variables === null ? NO_VARIABLES : namedValues(names, JSON.parse(row.variables) as string[]),
    tries: row.tries,
    interrupted: (row.flags & BEGUN) !== 0,
    doubtful: (row.flags & DOUBTFUL) !== 0,
    notBefore: row.not_before,
  }));
}

/** Without a prototype, since a variable's name comes from outside. */
function namedValues(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  const named = Object.create(null) as Record<string, string>;
  for (const [at, name] of names.entries()) named[name] = values[at] ?? '';
  return named;
}
