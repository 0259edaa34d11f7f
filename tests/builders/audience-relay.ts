/** A relay's store and blocks on disk, with one workspace and whatever log is put into it; for the audience at the relay. */
import { join } from 'node:path';
import type { BlockId, WorkspaceId } from '#domain/ids';
import { encodeRecipients, encodeRows } from '#log/block';
import type { Block } from '#log/fold';
import type { BlockRef, Entry } from '#log/types';
import { createBlocks, type Blocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';
import { SALT, type Written } from './entries.ts';
import { temporaryFolder } from './relay-process.ts';
import { START, WORKSPACE } from './store-rows.ts';

export interface AudienceRelay {
  readonly folder: string;
  readonly store: RelayStore;
  readonly blocks: Blocks;
  /** Blocks' bytes by their ids; every block of a taken entry must be among them. */
  readonly append: (entries: readonly Entry[], blocks: ReadonlyMap<BlockId, Uint8Array<ArrayBuffer>>) => Promise<void>;
  /** As `append`, of histories whose blocks nobody encoded yet. */
  readonly write: (history: readonly Written[]) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function openAudienceRelay(workspace: WorkspaceId = WORKSPACE): Promise<AudienceRelay> {
  const folder = await temporaryFolder('audience');
  const store = createSqliteStore(join(folder.path, 'relay.sqlite'));
  const blocks = createBlocks({ store, files: createFolderBlockFiles(join(folder.path, 'blocks')) });
  await store.addLink({ tokenHash: 'claim', purpose: 'claim', expiresAt: START + 1 });
  await store.claim(
    'claim',
    START,
    { id: workspace, name: 'Team', salt: Buffer.from(SALT).toString('base64url'), createdAt: START },
    { id: 'm', workspace, name: 'Li', role: 'owner' },
    { tokenHash: 'session', member: 'm', workspace, createdAt: START, expiresAt: START + 1_000 },
  );

  const append: AudienceRelay['append'] = async (entries, bytes) => {
    for (const ref of entries.flatMap(refsOf)) {
      const block = { id: ref.id, hash: ref.hash, entry: '', device: '', tokenHash: '', cursor: 0 } as const;
      await blocks.put(workspace, block, bytes.get(ref.id) ?? new Uint8Array(), START);
    }
    const pushed = await store.appendEntries({
      workspace,
      author: 'm',
      pusher: { kind: 'relay' },
      entries,
      now: START,
    });
    const refused = pushed.kind === 'answered' ? pushed.results.find(({ result }) => result === 'refused') : pushed;
    if (refused) throw new Error(`not taken: ${JSON.stringify(refused)}`);
  };
  return {
    folder: folder.path,
    store,
    blocks,
    append,
    async write(history) {
      const { entries, bytes } = await encodedLog(history);
      await append(entries, bytes);
    },
    async remove() {
      await store.close();
      await folder.remove();
    },
  };
}

const refsOf = ({ body }: Entry): readonly BlockRef[] => (body as { blocks?: readonly BlockRef[] }).blocks ?? [];

/** The same entries, naming blocks by the hashes of their bytes, and these. */
export async function encodedLog(history: readonly Written[]) {
  const bytes = new Map<BlockId, Uint8Array<ArrayBuffer>>();
  const entries: Entry[] = [];
  for (const { entry, blocks } of history) {
    const refs: BlockRef[] = [];
    for (const { id } of refsOf(entry)) {
      const { bytes: written, ...ref } = await encode(blocks.get(id));
      bytes.set(id, written);
      refs.push({ id, ...ref });
    }
    entries.push(refs.length > 0 ? { ...entry, body: { ...entry.body, blocks: refs } } : entry);
  }
  return { entries, bytes };
}

function encode(block: Block | undefined) {
  if (!block) throw new Error('a block that the history does not hold');
  return block.kind === 'rows' ? encodeRows(block.columns) : encodeRecipients(block);
}
