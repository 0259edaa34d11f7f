/** Documents on the relay's SQLite file, whose commits are on disk before their promises resolve. */
import type { Database } from 'better-sqlite3';
import type { DocumentStore, StoredUpdate } from './types.ts';

export function createDocumentStore(db: Database): DocumentStore {
  const all = db.prepare<[string], StoredUpdate>(
    'SELECT position, bytes FROM document_updates WHERE document = ? ORDER BY position',
  );
  const last = db
    .prepare<[string], number | null>('SELECT max(position) FROM document_updates WHERE document = ?')
    .pluck();
  const insert = db.prepare('INSERT INTO document_updates (document, author, bytes) VALUES (?, ?, ?)');
  const replaceLast = db.prepare(
    'UPDATE document_updates SET bytes = ?, author = NULL WHERE document = ? AND position = ?',
  );
  const dropBefore = db.prepare('DELETE FROM document_updates WHERE document = ? AND position < ?');

  // The state takes the place of the last update that is in it, so that it stands before what came meanwhile.
  const compact = db.transaction((document: string, upTo: number, state: Uint8Array) => {
    if (replaceLast.run(state, document, upTo).changes === 1) dropBefore.run(document, upTo);
  });

  return {
    read: async (document) => all.all(document),
    lastPosition: async (document) => last.get(document) ?? 0,
    append: async (document, author, bytes) => void insert.run(document, author, bytes),
    compact: async (...input) => compact(...input),
  };
}
