/** The relay's store, blocks and packing over a folder of its own, as its process has them but for HTTP and time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBlocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createLog } from '#relay/log';
import { packOnce, type PackingDeps } from '#relay/packing';
import { createSqliteStore } from '#relay/store/sqlite';
import { storeLogClient } from './store-log-client.ts';
import { START, WORKSPACE } from './store-rows.ts';

export type PackingRelay = Awaited<ReturnType<typeof createPackingRelay>>;

export async function createPackingRelay() {
  const folder = await mkdtemp(join(tmpdir(), 'fieldcast-packing-'));
  const store = createSqliteStore(join(folder, 'relay.sqlite'));
  const blocks = createBlocks({ store, files: createFolderBlockFiles(join(folder, 'blocks')) });
  const packed: number[] = [];
  const lines: string[] = [];
  let made = 0;
  const deps: PackingDeps = {
    ...{ store, blocks, metrics: { entriesPacked: (count) => packed.push(count) } },
    log: createLog('info', { write: (line) => lines.push(line) }),
    now: () => START + 2,
    newId: () => `pack-${String((made += 1))}`,
    ...{ afterMs: 1, least: 1_000 },
  };
  return {
    ...{ store, blocks, packed, lines, deps },
    client: storeLogClient(store, blocks),
    /** What the relay itself, or a member through it, wrote. */
    write: (entries: readonly unknown[], author = 'member') =>
      store.appendEntries({ workspace: WORKSPACE, author, pusher: { kind: 'relay' }, entries, now: START }),
    pack: (change: Partial<PackingDeps> = {}) => packOnce({ ...deps, ...change }),
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
