/**
 * The Yjs document `content` of a workspace, kept in IndexedDB and told to the other tabs of this browser.
 * It holds what people write together (groups for now); rows of contacts are the log's. No network here: that is
 * `content-link.ts`.
 */
import { IndexeddbPersistence, clearDocument } from 'y-indexeddb';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { createSharingWord, type SharingNews, type SharingWord } from './content-sharing.ts';

export interface ContentDocument {
  readonly doc: Y.Doc;
  /** How far it is shared with the team (SYN-9). */
  readonly word: SharingWord;
  /** Runs the change as one transaction; resolves when it is on this device's disk, throws when it could not be kept. */
  readonly change: (edit: () => void) => Promise<void>;
  readonly close: () => Promise<void>;
  /** Everything of it leaves this device. */
  readonly wipe: () => Promise<void>;
}

const UPDATES = 'updates';
const documentName = (workspace: WorkspaceId) => `fieldcast.${workspace}.content`;

export async function openContentDocument(workspace: WorkspaceId): Promise<ContentDocument> {
  const name = documentName(workspace);
  const doc = new Y.Doc();
  const persistence = new IndexeddbPersistence(name, doc);
  // Heard from the start: what another tab writes while this one reads would be in neither otherwise.
  const tabs = new BroadcastChannel(name);
  let hear: (news: SharingNews) => void = () => {};
  tabs.onmessage = ({ data }: MessageEvent<Uint8Array | SharingNews>) => {
    // With the persistence as origin it is not stored again: the tab that made the change has stored it.
    if (data instanceof Uint8Array) Y.applyUpdate(doc, data, persistence);
    else hear(data);
  };

  const db = await openedDatabase(persistence).catch((error: unknown) => {
    tabs.close();
    throw error;
  });
  const word = createSharingWord(doc, (news) => {
    tabs.postMessage(news);
  });
  ({ hear } = word);
  let isChanging = false;
  // What came from the relay is there whatever happens to this tab: the others hear of it at once.
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== persistence && !isChanging) tabs.postMessage(update);
  });

  return {
    doc,
    word,
    async change(edit) {
      const updates: Uint8Array[] = [];
      const collect = (update: Uint8Array) => updates.push(update);
      doc.on('update', collect);
      isChanging = true;
      try {
        doc.transact(edit);
      } finally {
        isChanging = false;
        doc.off('update', collect);
      }
      if (updates.length > 0) word.written();
      await storedUpTo(db);
      // Other tabs hear of it only now, so that none shows what a crash could still take back.
      for (const update of updates) tabs.postMessage(update);
    },
    async close() {
      tabs.close();
      await persistence.destroy();
      doc.destroy();
    },
    async wipe() {
      tabs.close();
      await persistence.destroy();
      // The library's own way does not wait for the end of it.
      await clearDocument(name);
      doc.destroy();
    },
  };
}

/** Of a workspace that is not open in this tab. */
export const wipeContentDocument = (workspace: WorkspaceId): Promise<void> => clearDocument(documentName(workspace));

/** The library never tells of a database that does not open; its promise does. */
async function openedDatabase(persistence: IndexeddbPersistence): Promise<IDBDatabase> {
  const db = await persistence._db;
  if (!persistence.synced) await persistence.whenSynced;
  return db;
}

/**
 * The library stores each update in a transaction of its own, begun at once, and reports neither end. Transactions on
 * one store run in order, so one begun after it, strict, ends after it; a failed one shows on the database.
 */
function storedUpTo(db: IDBDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (event: Event) => {
      db.removeEventListener('abort', failed);
      reject((event.target as IDBTransaction).error ?? new Error('the document could not be kept'));
    };
    db.addEventListener('abort', failed);
    const transaction = db.transaction([UPDATES], 'readwrite', { durability: 'strict' });
    // An empty transaction may be skipped: the count makes it wait its turn.
    transaction.objectStore(UPDATES).count();
    transaction.oncomplete = () => {
      db.removeEventListener('abort', failed);
      resolve();
    };
  });
}
