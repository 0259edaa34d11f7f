/**
 * What is learned of deliveries afterwards: the feed that devices read by cursor, and providers' callbacks, kept raw
 * until their reports are applied.
 */
import type { Database } from 'better-sqlite3';
import type { FailureReason, FailureStage } from '#domain/delivery';
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import type { Report } from '#relay/provider';
import { parseDeliveryKey } from './delivery-key.ts';
import { stateOfCode } from './sqlite-codes.ts';
import type { Evidence, Ledger } from './sqlite-ledger.ts';
import type { ParkedReports } from './sqlite-parked.ts';
import type { FeedItem, RelayStore } from './types.ts';

type Receipts = Pick<RelayStore, 'feed' | 'lastCursor' | 'addCallback' | 'callbacks' | 'finishCallback'>;

interface FeedRow {
  cursor: number;
  message: MessageId;
  recipient: number;
  state: number;
  stage: FailureStage | null;
  reason: FailureReason | null;
  detail: string | null;
  at: number;
}

interface CallbackRow {
  id: number;
  workspace: WorkspaceId;
  channel: ChannelCode;
  headers: string;
  body: Buffer;
  receivedAt: number;
}

interface Target {
  message: number;
  feed: number;
  recipient: number;
}

function rowToItem(row: FeedRow): FeedItem {
  return {
    cursor: row.cursor,
    message: row.message,
    recipient: row.recipient,
    state: stateOfCode(row.state),
    ...(row.stage === null ? {} : { stage: row.stage }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    at: row.at,
  };
}

export function createReceipts(db: Database, ledger: Ledger, parked: ParkedReports): Receipts {
  const page = db.prepare<[string, number, number], FeedRow>(
    `SELECT i.cursor, m.id AS message, i.recipient, i.state, i.stage, i.reason, i.detail, i.at
       FROM feeds f JOIN feed_items i ON i.feed = f.number JOIN messages m ON m.number = i.message
      WHERE f.workspace = ? AND i.cursor > ? ORDER BY i.cursor LIMIT ?`,
  );
  const lastCursor = db.prepare<[string], number>('SELECT last_cursor FROM feeds WHERE workspace = ?').pluck();
  const insertCallback = db.prepare(
    'INSERT INTO callbacks (workspace, channel, headers, body, received_at) VALUES (?, ?, ?, ?, ?)',
  );
  const oldestCallbacks = db.prepare<[number], CallbackRow>(
    `SELECT id, workspace, channel, headers, body, received_at AS receivedAt FROM callbacks ORDER BY id LIMIT ?`,
  );
  const endCallback = db
    .prepare<[number, string, string], number>(
      'DELETE FROM callbacks WHERE id = ? AND workspace = ? AND channel = ? RETURNING received_at',
    )
    .pluck();
  const markCalledBack = db.prepare(
    'UPDATE channels SET called_back_at = max(coalesce(called_back_at, 0), ?) WHERE workspace = ? AND code = ?',
  );
  const byProviderId = db.prepare<[string, string, string], Target>(
    `SELECT d.message, d.recipient, m.feed FROM deliveries d JOIN messages m ON m.number = d.message
      WHERE d.provider_id = ? AND m.workspace = ? AND m.channel = ?`,
  );
  const byKey = db.prepare<[number, string, string, string], Target>(
    `SELECT m.number AS message, m.feed, d.recipient FROM messages m
       JOIN deliveries d ON d.message = m.number AND d.recipient = ?
      WHERE m.key_prefix = ? AND m.workspace = ? AND m.channel = ?`,
  );
  const countDown = db.prepare(
    `UPDATE batches SET remaining = remaining - 1
      WHERE message = ? AND first_recipient <= ? AND end_recipient > ?`,
  );

  const finish = db.transaction(
    (...[id, workspace, channel, reports, now]: Parameters<RelayStore['finishCallback']>) => {
      const receivedAt = endCallback.get(id, workspace, channel);
      // Already ended: a second worker, or the same one again after a crash.
      if (receivedAt === undefined) return;
      if (reports.length > 0) markCalledBack.run(receivedAt, workspace, channel);
      for (const report of reports) apply(workspace, channel, report, receivedAt);
      parked.dropOld(now);
    },
  );

  function apply(workspace: WorkspaceId, channel: ChannelCode, report: Report, receivedAt: number): void {
    if (report.state === 'queued') return;
    const { state, stage, reason, detail } = report;
    const evidence: Evidence = { state, stage, reason, detail, at: receivedAt, providerId: undefined };
    const targets = targetsOf(workspace, channel, report);
    if (targets.length === 0 && 'providerId' in report.by)
      parked.park(workspace, channel, report.by.providerId, evidence);
    for (const { message, feed, recipient } of targets) {
      const entry = ledger.open(message, feed);
      entry.move(recipient, evidence);
      // A report by our own key may come while the delivery still waits: its batch has one less to do.
      if (entry.close() > 0) countDown.run(message, recipient, recipient);
    }
  }

  function targetsOf(workspace: WorkspaceId, channel: ChannelCode, { by }: Report): readonly Target[] {
    if ('providerId' in by) return byProviderId.all(by.providerId, workspace, channel);
    const key = parseDeliveryKey(by.key);
    return key ? byKey.all(key.recipient, key.prefix, workspace, channel) : [];
  }

  return {
    feed: async (workspace, after, limit) => page.all(workspace, after, limit).map(rowToItem),
    lastCursor: async (workspace) => lastCursor.get(workspace) ?? 0,
    addCallback: async (workspace, channel, headers, body, receivedAt) =>
      void insertCallback.run(workspace, channel, headers, body, receivedAt),
    callbacks: async (limit) => oldestCallbacks.all(limit),
    finishCallback: async (...input) => finish(...input),
  };
}
