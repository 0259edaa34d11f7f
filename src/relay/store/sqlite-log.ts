/**
 * The log in SQLite: a push is one transaction, in which every entry is judged, placed and answered. An entry's place
 * never changes, and what stands there is what first came under its id.
 */
import type { Database } from 'better-sqlite3';
import type { DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import type { LogSeen } from '#log/log-seen';
import { nextTime, receiveTime } from '#log/time';
import type { EntryRefusal } from '#log/types';
import type { PushResult } from '#protocol/log';
import { idOf, readEntry, refusalOf, type EntryForm } from './entry-judge.ts';
import type { EntryPage, LogPush, LogStore, Pusher, PushOutcome } from './log-types.ts';
import type { BlockPins } from './sqlite-blocks.ts';
import type { Incarnation } from './sqlite-incarnation.ts';
import type { LogNumbers } from './sqlite-log-numbers.ts';
import type { PackPages } from './sqlite-packs.ts';

type Log = Pick<LogStore, 'appendEntries' | 'entriesAfter' | 'lastPosition' | 'entryAt' | 'compareLog' | 'incarnation'>;

export function createLog(
  db: Database,
  logs: LogNumbers,
  pins: BlockPins,
  packs: PackPages,
  incarnation: Incarnation,
): Log {
  const known = db.prepare<[number, string], number>('SELECT position FROM entries WHERE log = ? AND id = ?').pluck();
  const insert = db.prepare(
    'INSERT INTO entries (log, position, id, device, time, author, json) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const page = db.prepare<[number, number, number], { position: number; json: string }>(
    'SELECT position, json FROM entries WHERE log = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const idAt = db.prepare<[number, number], EntryId>('SELECT id FROM entries WHERE log = ? AND position = ?').pluck();
  const boundDevice = db
    .prepare<[string, string, number], string | null>(
      'SELECT device FROM sessions WHERE token_hash = ? AND workspace = ? AND expires_at > ?',
    )
    .pluck();
  const bind = db.prepare('UPDATE sessions SET device = ? WHERE token_hash = ?');

  const append = db.transaction((push: LogPush): PushOutcome => {
    const { workspace, pusher, now, author } = push;
    const device = pusher.kind === 'session' ? deviceOf(workspace, pusher, now) : undefined;
    if (pusher.kind === 'session' && device === undefined) return { kind: 'signedOut' };
    const log = logs.open(workspace);
    if (pusher.kind === 'session' && pusher.cursor < log.newestErasure) return { kind: 'behind' };

    const stamped = (said: unknown, device: DeviceId) => ({
      ...(said as object),
      ...{ device, time: nextTime(greatestTime, now), format: 1 },
    });
    let { lastPosition: position, newestErasure, greatestTime } = log;
    const results: PushResult[] = [];
    for (const value of push.entries) {
      const form = readEntry(pusher.kind === 'relayDevice' ? stamped(value, pusher.device) : value, author);
      const before = form && known.get(log.number, form.entry.id);
      const refusal = form && before === undefined ? whyNot(log.number, form, pusher, device, now) : undefined;
      if (!form) results.push({ id: idOf(value), result: 'refused', reason: 'form' });
      else if (before !== undefined) results.push({ id: form.entry.id, result: 'known', position: before });
      else if (refusal) results.push({ id: form.entry.id, result: 'refused', reason: refusal });
      else {
        const { id, time, device: writer, body } = form.entry;
        position += 1;
        insert.run(log.number, position, id, writer, time, author, form.json);
        pins.pin(log.number, form.blocks);
        if (body.kind === 'erasure') newestErasure = position;
        greatestTime = receiveTime(greatestTime, time);
        results.push({ id, result: 'taken', position });
      }
      // What follows may build on it.
      if (refusal === 'blocks') break;
    }
    if (position !== log.lastPosition) logs.set({ ...log, lastPosition: position, newestErasure, greatestTime });
    return { kind: 'answered', results };
  });

  /** The device that this session may push for, which its first push says; undefined where the session has ended. */
  function deviceOf(
    workspace: WorkspaceId,
    { tokenHash, device }: Extract<Pusher, { kind: 'session' }>,
    now: number,
  ): string | undefined {
    const bound = boundDevice.get(tokenHash, workspace, now);
    if (bound !== null) return bound === undefined || bound === device ? bound : NO_DEVICE;
    bind.run(device, tokenHash);
    return device;
  }

  function whyNot(
    log: number,
    form: EntryForm,
    { kind }: Pusher,
    device: string | undefined,
    now: number,
  ): EntryRefusal | undefined {
    // What the log's own clock says may be ahead, where this machine's clock was put back.
    const refusal = kind !== 'relayDevice' && refusalOf(form, kind === 'session' ? 'device' : 'relay', now);
    if (refusal) return refusal;
    if (device !== undefined && form.entry.device !== device) return 'device';
    return pins.areThere(log, form.blocks) ? undefined : 'blocks';
  }

  function entriesAfter(workspace: WorkspaceId, after: number, limit: number, bytes: number): EntryPage {
    const log = logs.find(workspace);
    const pack = log && packs.next(log.number, after);
    if (log && pack) return { pack, items: [], cursor: pack.last, more: pack.last < log.lastPosition };
    const items: { position: number; json: string }[] = [];
    let left = bytes;
    for (const item of log ? page.iterate(log.number, after, limit) : []) {
      left -= Buffer.byteLength(item.json);
      if (left < 0 && items.length > 0) break;
      items.push(item);
    }
    const cursor = items.at(-1)?.position ?? after;
    return { items, cursor, more: cursor < (log?.lastPosition ?? 0) };
  }

  function entryAt(workspace: WorkspaceId, position: number): EntryId | undefined {
    const log = logs.find(workspace);
    return log && idAt.get(log.number, position);
  }

  /** Nobody knows what this store never had: it was put back from another state than it had once. */
  function compareLog(workspace: WorkspaceId, seen: LogSeen | { readonly position: number }): void {
    if (!('incarnation' in seen)) {
      if (seen.position > (logs.find(workspace)?.lastPosition ?? 0)) incarnation.noticePutBack();
    } else if (seen.incarnation === incarnation.value() && entryAt(workspace, seen.position) !== seen.entry)
      incarnation.noticePutBack();
  }

  return {
    appendEntries: async (push) => {
      if (push.pusher.kind === 'session') compareLog(push.workspace, { position: push.pusher.cursor });
      return append(push);
    },
    entriesAfter: async (...input) => entriesAfter(...input),
    entryAt: async (...input) => entryAt(...input),
    compareLog: async (...input) => {
      compareLog(...input);
    },
    lastPosition: async (workspace) => logs.find(workspace)?.lastPosition ?? 0,
    incarnation: async () => incarnation.value(),
  };
}

/** No entry's device: ids are never empty. */
const NO_DEVICE = '';
