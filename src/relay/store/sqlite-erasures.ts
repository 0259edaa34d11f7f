/**
 * Erasing in SQLite. `secure_delete` overwrites what is freed with zeros; what the log of changes still holds is cut
 * when an erasure ends.
 */
import type { Database } from 'better-sqlite3';
import type { BlockId, EntryId, MessageId, WorkspaceId } from '#domain/ids';
import { nextTime, receiveTime } from '#log/time';
import type { Entry } from '#log/types';
import type { ErasureRequest, ErasureStore, PersonalDelivery } from './erasure-types.ts';
import type { LogNumbers } from './sqlite-log-numbers.ts';

export function createErasures(db: Database, logs: LogNumbers): ErasureStore {
  const known = db.prepare<[number, string], EntryId>('SELECT entry FROM erasures WHERE log = ? AND key = ?').pluck();
  const note = db.prepare("INSERT INTO erasures (log, key, entry, position, stage) VALUES (?, ?, ?, ?, 'under way')");
  const insert = db.prepare(
    'INSERT INTO entries (log, position, id, device, time, author, json) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const ofLog = db
    .prepare<[number], string>(
      'SELECT e.json FROM erasures x JOIN entries e ON e.log = x.log AND e.id = x.entry WHERE x.log = ?',
    )
    .pluck();
  const unfinished = db.prepare<[], { workspace: WorkspaceId; entry: EntryId; position: number }>(
    `SELECT l.workspace, x.entry, x.position FROM erasures x JOIN logs l ON l.number = x.log
      WHERE x.stage <> 'done' ORDER BY x.log, x.position`,
  );
  const finish = db.prepare("UPDATE erasures SET stage = 'done' WHERE log = ? AND entry = ?");
  const byId = db.prepare<[number, string], string>('SELECT json FROM entries WHERE log = ? AND id = ?').pluck();
  const replace = db.prepare('UPDATE entries SET json = ? WHERE log = ? AND position = ?');
  const setBlock = db.prepare('UPDATE blocks SET state = ? WHERE log = ? AND id = ?');
  const unpinned = db.prepare<[number], BlockId>("SELECT id FROM blocks WHERE log = ? AND state <> 'pinned'").pluck();
  const messages = db.prepare<[string], { number: number; id: MessageId }>(
    'SELECT number, id FROM messages WHERE workspace = ? AND purged_at IS NULL',
  );
  const receiving = db
    .prepare<[string], number>("SELECT number FROM messages WHERE workspace = ? AND state = 'receiving'")
    .pluck();
  const drops = ['DELETE FROM deliveries WHERE message = ?', 'DELETE FROM parts WHERE message = ?'].map((sql) =>
    db.prepare(sql),
  );
  const dropMessage = db.prepare('DELETE FROM messages WHERE number = ?');
  const deliveries = db.prepare<[number, number, number], PersonalDelivery>(
    `SELECT recipient, contact, address FROM deliveries WHERE message = ? AND recipient > ?
      ORDER BY recipient LIMIT ?`,
  );
  const blank = db.prepare("UPDATE deliveries SET address = '', variables = NULL WHERE message = ? AND recipient = ?");
  const callbacks = db.prepare<[string], { id: number; headers: string; body: Buffer }>(
    'SELECT id, headers, body FROM callbacks WHERE workspace = ?',
  );
  const dropCallback = db.prepare('DELETE FROM callbacks WHERE id = ?');
  const parked = db.prepare<[string], { number: number; detail: string }>(
    'SELECT number, detail FROM parked_reports WHERE workspace = ? AND detail IS NOT NULL',
  );
  const clearParked = db.prepare('UPDATE parked_reports SET detail = NULL WHERE number = ?');
  const details = db
    .prepare<[string], string>(
      `SELECT DISTINCT i.detail FROM feed_items i JOIN feeds f ON f.number = i.feed
        WHERE f.workspace = ? AND i.detail IS NOT NULL`,
    )
    .pluck();
  const clearDetail = db.prepare(
    'UPDATE feed_items SET detail = NULL WHERE detail = ? AND feed = (SELECT number FROM feeds WHERE workspace = ?)',
  );

  const begin = db.transaction((request: ErasureRequest): EntryId => {
    const { workspace, key, entry: id, device, author, body, now } = request;
    const log = logs.open(workspace);
    const before = known.get(log.number, key) ?? (byId.get(log.number, id) === undefined ? undefined : id);
    if (before !== undefined) return before;
    const { time = nextTime(log.greatestTime, now) } = request;
    const entry: Entry = { id, device, time, author, format: 1, body };
    const position = log.lastPosition + 1;
    insert.run(log.number, position, id, device, time, author, JSON.stringify(entry));
    note.run(log.number, key, id, position);
    logs.set({
      ...log,
      lastPosition: position,
      newestErasure: position,
      greatestTime: receiveTime(log.greatestTime, time),
    });
    for (const number of receiving.all(workspace)) {
      for (const drop of drops) drop.run(number);
      dropMessage.run(number);
    }
    return id;
  });

  const replaceOne = db.transaction(
    (...[workspace, position, json, { before, now }]: Parameters<ErasureStore['replaceEntry']>) => {
      const log = logs.open(workspace).number;
      replace.run(json, log, position);
      for (const id of now) setBlock.run('pinned', log, id);
      for (const id of before) setBlock.run('arriving', log, id);
    },
  );

  const blankAll = db.transaction((message: number, recipients: readonly number[]) => {
    for (const recipient of recipients) blank.run(message, recipient);
  });

  const drop = db.transaction((workspace: WorkspaceId, names: (text: string) => boolean) => {
    for (const { id, headers, body } of callbacks.all(workspace))
      if (names(headers) || names(body.toString())) dropCallback.run(id);
    for (const { number, detail } of parked.all(workspace)) if (names(detail)) clearParked.run(number);
    for (const detail of details.all(workspace)) if (names(detail)) clearDetail.run(detail, workspace);
  });

  const within = <Answer>(workspace: WorkspaceId, none: Answer, ask: (log: number) => Answer): Answer => {
    const log = logs.find(workspace);
    return log ? ask(log.number) : none;
  };

  return {
    erasureOf: async (workspace, key) => within(workspace, undefined, (log) => known.get(log, key)),
    beginErasure: async (request) => begin(request),
    erasures: async (workspace) =>
      within(workspace, [], (log) => ofLog.all(log).map((json) => JSON.parse(json) as Entry)),
    unfinishedErasures: async () => unfinished.all(),
    async finishErasure(workspace, entry) {
      within(workspace, undefined, (log) => finish.run(log, entry));
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    entriesById: async (workspace, ids) => within(workspace, [], (log) => ids.flatMap((id) => byId.get(log, id) ?? [])),
    replaceEntry: async (...input) => void replaceOne(...input),
    unpinnedBlocks: async (workspace) => within(workspace, [], (log) => unpinned.all(log)),
    releaseBlock: async (workspace, id) =>
      void within(workspace, undefined, (log) => setBlock.run('arriving', log, id)),
    personalMessages: async (workspace) => messages.all(workspace),
    deliveriesAfter: async (message, recipient, limit) => deliveries.all(message, recipient, limit),
    blankDeliveries: async (message, recipients) => void blankAll(message, recipients),
    dropReports: async (workspace, names) => void drop(workspace, names),
  };
}
