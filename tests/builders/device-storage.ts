/** What lies on a device, as the tests ask for it, and whether it is what a crash may leave. */
import type { Page } from '@playwright/test';
import { inDatabase, type StoredRow } from './device-database.ts';

export interface StoredImport {
  readonly id: string;
  readonly phase: string;
  readonly rowsDone: number;
  readonly chunks: number;
  readonly chunkRows: number;
  readonly chunksStored: number;
  readonly blocksNamed: number;
  /** Blocks that the import names and that lie here with bytes of the very hash. */
  readonly blocksSound: number;
  /** Blocks that lie here and no import or message names. */
  readonly blocksStray: number;
}

/** Every import of the device's workspace, with what lies of it. */
export function readImports(page: Page): Promise<StoredImport[]> {
  return inDatabase(page, async (database) => {
    const [imports = [], chunks = [], blocks = [], messages = [], entries = []] = await Promise.all(
      ['imports', 'chunks', 'blocks', 'messages', 'entries'].map(database.all),
    );
    const hashes = new Map<string, string>();
    for (const block of blocks)
      hashes.set(block['id'] as string, hex(await crypto.subtle.digest('SHA-256', block['bytes'] as BufferSource)));
    const refsOf = (row: StoredRow) => (row['blocks'] ?? []) as { id: string; hash: string }[];
    const bodies = entries.map((row) => (row['entry'] as { body: StoredRow }).body);
    const named = new Set([...imports, ...messages, ...bodies].flatMap(refsOf).map((ref) => ref.id));
    return imports.map((row) => {
      const checkpoint = row['checkpoint'] as { rowsDone: number; chunks: number };
      const own = chunks.filter((chunk) => chunk['importId'] === row['id']);
      return {
        id: row['id'] as string,
        phase: row['phase'] as string,
        rowsDone: checkpoint.rowsDone,
        chunks: checkpoint.chunks,
        chunksStored: own.length,
        chunkRows: own.reduce((sum, chunk) => sum + (chunk['outcomes'] as Uint8Array).length, 0),
        blocksNamed: refsOf(row).length,
        blocksSound: refsOf(row).filter((ref) => hashes.get(ref.id) === ref.hash).length,
        blocksStray: [...hashes.keys()].filter((id) => !named.has(id)).length,
      };
    });

    function hex(buffer: ArrayBuffer): string {
      return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
  });
}

/**
 * Waits until an import's checkpoint has passed the row, or gives up. Looks from within the page, many times a second: an
 * import of 100,000 rows is over in about one.
 */
export function checkpointPast(page: Page, row: number): Promise<void> {
  return inDatabase(
    page,
    async (database, wanted) => {
      const deadline = performance.now() + 45_000;
      for (;;) {
        const rows = (await database.all('imports')) as { checkpoint: { rowsDone: number } }[];
        if (rows.some((one) => one.checkpoint.rowsDone >= wanted) || performance.now() > deadline) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    row,
  );
}

/** Keys of the messages in the outbox. */
export function waitingMessages(page: Page): Promise<string[]> {
  return inDatabase(page, async (database) => (await database.all('outbox')).map((row) => row['key'] as string));
}

/**
 * Makes the one message in the outbox a thousand: same audience and text, a draft and a key of its own each.
 * Answers the keys of all.
 */
export function multiplyOutbox(page: Page, messages: number): Promise<string[]> {
  return inDatabase(
    page,
    async (database, count) => {
      const [queued] = (await database.all('outbox')) as { key: string; message: { id: string } }[];
      const original = (await database.all('messages')).find((row) => row['id'] === queued?.key);
      if (queued === undefined || original === undefined) throw new Error('no message waits');
      const copies = Array.from({ length: count - 1 }, (_, at) => `copy-${String(at + 1).padStart(6, '0')}-of-draft-1`);
      await database.change(['outbox', 'messages'], (table) => {
        for (const key of copies) {
          // Its place in the queue is given anew.
          const { position: _position, ...row } = queued as StoredRow;
          table('outbox').add({ ...row, key, message: { ...queued.message, id: key } });
          table('messages').add({ ...original, id: key });
        }
      });
      return [queued.key, ...copies];
    },
    messages,
  );
}
