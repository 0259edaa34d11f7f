/**
 * Taking messages in: the intake under its key, its parts in any order and as often as they come, and the cut into
 * batches once it is whole. Also what is told of a message afterwards.
 */
import type { Database } from 'better-sqlite3';
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import { deliveryKeyPrefix } from './delivery-key.ts';
import { contentVariables, messageFingerprint } from './message-fingerprint.ts';
import { PRIORITY_CODES } from './sqlite-codes.ts';
import type { MessageIntake, MessageView, RecipientPart, RelayMessageState, RelayStore } from './types.ts';

type Messages = Pick<RelayStore, 'intake' | 'addPart' | 'complete' | 'messages' | 'message'>;

interface IntakeRow {
  number: number;
  state: RelayMessageState;
  fingerprint: string;
  variables: string | null;
  channel: ChannelCode;
  priority: number;
  recipients: number;
}

interface PartRow {
  position: number;
  hash: string;
  count: number;
  first_recipient: number;
  stored: number;
}

interface ViewRow {
  id: MessageId;
  author: string;
  channel: ChannelCode;
  state: RelayMessageState;
  planned: number;
  effective: number;
  recipients: number;
  received_at: number;
  finished_at: number | null;
  unknown: number;
  accepted: number;
  failed: number;
  delivered: number;
  clicked: number;
  sent: number;
}

function rowToView(row: ViewRow): MessageView {
  const ended = row.unknown + row.accepted + row.failed + row.delivered + row.clicked;
  return {
    id: row.id,
    author: row.author,
    channel: row.channel,
    state: row.state,
    planned: row.planned,
    effective: row.effective,
    recipients: row.recipients,
    receivedAt: row.received_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    figures: {
      queued: row.recipients - ended,
      unknown: row.unknown,
      sent: row.sent,
      failed: row.failed,
      // Who clicked had it delivered.
      delivered: row.delivered + row.clicked,
      clicked: row.clicked,
    },
  };
}

const VIEW = `id, author, channel, state, planned, effective, recipients, received_at, finished_at,
              unknown, accepted, failed, delivered, clicked, sent`;

export function createMessages(db: Database): Messages {
  const byKey = db.prepare<[string, string], IntakeRow>(
    `SELECT number, state, fingerprint, variables, channel, priority, recipients
       FROM messages WHERE workspace = ? AND id = ?`,
  );
  const channelNumber = db
    .prepare<[string, string], number>('SELECT number FROM channels WHERE workspace = ? AND code = ?')
    .pluck();
  const ensureFeed = db.prepare('INSERT OR IGNORE INTO feeds (workspace) VALUES (?)');
  const feedNumber = db.prepare<[string], number>('SELECT number FROM feeds WHERE workspace = ?').pluck();
  const insertMessage = db.prepare(
    `INSERT INTO messages
       (workspace, id, feed, author, channel, channel_number, content, variables, key_prefix, fingerprint, priority,
        state, planned, effective, received_at, purge_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'receiving', ?, ?, ?, ?)`,
  );
  const insertPart = db.prepare(
    'INSERT INTO parts (message, position, hash, count, first_recipient) VALUES (?, ?, ?, ?, ?)',
  );
  const missing = db
    .prepare<[number], number>('SELECT position FROM parts WHERE message = ? AND stored = 0 ORDER BY position')
    .pluck();
  const partAt = db.prepare<[number, number], PartRow>('SELECT * FROM parts WHERE message = ? AND position = ?');
  const insertDelivery = db.prepare<[number, number, string, string, string | null]>(
    'INSERT INTO deliveries (message, recipient, contact, address, variables) VALUES (?, ?, ?, ?, ?)',
  );
  const markStored = db.prepare('UPDATE parts SET stored = 1 WHERE message = ? AND position = ?');
  const addRecipients = db.prepare('UPDATE messages SET recipients = recipients + ? WHERE number = ?');
  const insertBatch = db.prepare(
    `INSERT INTO batches (message, workspace, channel, priority, first_recipient, end_recipient, remaining)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const markQueued = db.prepare("UPDATE messages SET state = 'queued', queued_at = ? WHERE number = ?");
  const views = db.prepare<[string, number], ViewRow>(
    `SELECT ${VIEW} FROM messages WHERE workspace = ? ORDER BY number DESC LIMIT ?`,
  );
  const view = db.prepare<[string, string], ViewRow>(`SELECT ${VIEW} FROM messages WHERE workspace = ? AND id = ?`);

  const intake = db.transaction((message: MessageIntake): Awaited<ReturnType<RelayStore['intake']>> => {
    const fingerprint = messageFingerprint(message);
    const known = byKey.get(message.workspace, message.id);
    if (known) {
      if (known.fingerprint !== fingerprint) return { kind: 'conflict' };
      return { kind: 'known', missingParts: missing.all(known.number), state: known.state };
    }
    const channel = channelNumber.get(message.workspace, message.channel);
    if (channel === undefined) return { kind: 'channelGone' };
    ensureFeed.run(message.workspace);
    const variables = contentVariables(message.content);
    const number = insertMessage.run(
      message.workspace,
      message.id,
      feedNumber.get(message.workspace),
      message.author,
      message.channel,
      channel,
      JSON.stringify(message.content),
      variables.length === 0 ? null : JSON.stringify(variables),
      deliveryKeyPrefix(message.workspace, message.id),
      fingerprint,
      PRIORITY_CODES[message.priority],
      message.planned,
      message.effective,
      message.receivedAt,
      message.purgeAt,
    ).lastInsertRowid;
    let first = 0;
    for (const [position, part] of message.parts.entries()) {
      insertPart.run(number, position, part.hash, part.count, first);
      first += part.count;
    }
    return { kind: 'created', missingParts: message.parts.map((_, position) => position), state: 'receiving' };
  });

  const addPart = db.transaction(
    (workspace: WorkspaceId, id: MessageId, part: RecipientPart): Awaited<ReturnType<RelayStore['addPart']>> => {
      const message = byKey.get(workspace, id);
      if (!message) return { kind: 'noMessage' };
      const row = partAt.get(message.number, part.index);
      if (!row || row.hash !== part.hash) return { kind: 'mismatch' };
      if (row.stored) return { kind: 'known' };
      const names = message.variables === null ? [] : (JSON.parse(message.variables) as string[]);
      const columns = names.map((name) => (Object.hasOwn(part.variables, name) ? part.variables[name] : undefined));
      const lengths = [part.contacts, part.addresses, ...columns].map((column) => column?.length ?? row.count);
      if (lengths.some((length) => length !== row.count)) return { kind: 'mismatch' };
      for (let at = 0; at < row.count; at++) {
        const values = columns.map((column) => column?.[at] ?? '');
        insertDelivery.run(
          message.number,
          row.first_recipient + at,
          part.contacts[at] ?? '',
          part.addresses[at] ?? '',
          values.some((value) => value !== '') ? JSON.stringify(values) : null,
        );
      }
      markStored.run(message.number, part.index);
      addRecipients.run(row.count, message.number);
      return { kind: 'stored' };
    },
  );

  const complete = db.transaction(
    (
      ...[workspace, id, batchSize, now]: Parameters<RelayStore['complete']>
    ): Awaited<ReturnType<RelayStore['complete']>> => {
      const message = byKey.get(workspace, id);
      if (!message) return { kind: 'noMessage' };
      const { number, channel, priority, recipients } = message;
      if (message.state !== 'receiving') return { kind: 'accepted', recipients };
      const missingParts = missing.all(number);
      if (missingParts.length > 0) return { kind: 'partsMissing', missingParts };
      for (let first = 0; first < recipients; first += batchSize) {
        const end = Math.min(first + batchSize, recipients);
        insertBatch.run(number, workspace, channel, priority, first, end, end - first);
      }
      markQueued.run(now, number);
      return { kind: 'accepted', recipients };
    },
  );

  return {
    intake: async (message) => intake(message),
    addPart: async (...input) => addPart(...input),
    complete: async (...input) => complete(...input),
    messages: async (workspace, limit) => views.all(workspace, limit).map(rowToView),
    message: async (workspace, id) => {
      const row = view.get(workspace, id);
      return row && rowToView(row);
    },
  };
}
