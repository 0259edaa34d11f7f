/** The numbers under which the tables know the logs of workspaces, and how far each has come. */
import type { Database } from 'better-sqlite3';
import type { WorkspaceId } from '#domain/ids';
import type { LogTime } from '#log/types';

export interface LogRow {
  readonly number: number;
  readonly lastPosition: number;
  /** Position of the newest erasure; 0 where there is none. */
  readonly newestErasure: number;
  /** Of all entries that ever came, also where they lie elsewhere by now. */
  readonly greatestTime: LogTime;
}

export interface LogNumbers {
  readonly find: (workspace: WorkspaceId) => LogRow | undefined;
  /** Makes one where there is none. */
  readonly open: (workspace: WorkspaceId) => LogRow;
  readonly set: (row: LogRow) => void;
}

export function createLogNumbers(db: Database): LogNumbers {
  const byWorkspace = db.prepare<[string], LogRow>(
    `SELECT number, last_position AS lastPosition, newest_erasure AS newestErasure, greatest_time AS greatestTime
       FROM logs WHERE workspace = ?`,
  );
  const insert = db.prepare('INSERT INTO logs (workspace) VALUES (?)');
  const update = db.prepare(
    'UPDATE logs SET last_position = ?, newest_erasure = ?, greatest_time = ? WHERE number = ?',
  );
  const find = (workspace: WorkspaceId) => byWorkspace.get(workspace);
  return {
    find,
    open: (workspace) =>
      find(workspace) ?? {
        number: Number(insert.run(workspace).lastInsertRowid),
        lastPosition: 0,
        newestErasure: 0,
        greatestTime: 0,
      },
    set: ({ number, lastPosition, newestErasure, greatestTime }) =>
      void update.run(lastPosition, newestErasure, greatestTime, number),
  };
}
