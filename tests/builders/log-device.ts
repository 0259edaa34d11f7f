/**
 * A device without a browser: the app's own stores on an IndexedDB database in memory, its own rounds of sharing, and
 * the fold of what lies there as the audience worker keeps it.
 */
import 'fake-indexeddb/auto';
import { createAudienceLog } from '#app/audience-log';
import { eraseHere } from '#app/erase-here';
import type { BlockId, DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import { encodeRows } from '#log/block';
import { canonicalState } from '#log/canonical';
import { createFold } from '#log/fold';
import type { ChangeBody, CommitBody, EntryBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, wipeDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import { createSharingStore } from '#storage/sharing-store';
import { createLogSharing, type ShareDeps } from '#sync/share-log';
import { columnsOfRows } from './blocks.ts';
import { SALT } from './entries.ts';
import { readDatabase } from './stored-texts.ts';

export type LogDevice = ReturnType<typeof createLogDevice>;

export interface LogDeviceOptions {
  readonly name: string;
  readonly relay: ShareDeps['relay'];
  readonly now: () => number;
}

let opened = 0;

export function createLogDevice({ name, relay, now }: LogDeviceOptions) {
  const workspace = `log-device-${String((opened += 1))}` as WorkspaceId;
  const device = name as DeviceId;
  const db = createDatabase(workspace);
  const [entries, blocks, sharing] = [createEntryStore(db), createBlockStore(db), createSharingStore(db)];
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const fold = createFold(SALT);
  const log = createAudienceLog({ entries, blocks, fold, pause });
  let isAnew = false;
  let made = 0;
  const { share } = createLogSharing({
    ...{ relay, sharing, blocks, device, now },
    async erase() {
      const newBlockId = () => `block-${name}-${String((made += 1))}` as BlockId;
      const stores = { erasures: createErasureStore(db), imports: createImportStore(db), blocks };
      if (await eraseHere({ ...stores, salt: SALT, newBlockId, pause })) isAnew = true;
    },
    onChange(how) {
      isAnew ||= how === 'anew';
    },
  });

  const add = (body: EntryBody, id = `${name}-${String((made += 1))}`, some: Parameters<typeof entries.add>[2] = []) =>
    entries.add({ id: id as EntryId, device, body }, now(), some).then(() => id as EntryId);

  return {
    device,
    sharing,
    add,
    change: (row: Row, more: Partial<Pick<ChangeBody, 'joins' | 'leaves'>> = {}) =>
      add({ kind: 'change', row, joins: [], leaves: [], ...more }),
    async import(rows: readonly Row[], more: Partial<CommitBody> = {}) {
      const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
      const id = `block-${name}-${String((made += 1))}` as BlockId;
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [{ id, ...ref }] },
        ...{ joins: [], leaves: [], newGroups: [] },
        ...more,
      };
      return add(body, undefined, [{ id, hash: ref.hash, bytes }]);
    },
    share,
    /** Everything that lies here. */
    texts: () => readDatabase(db),
    ids: async () => (await entries.after(0, 1_000_000)).map(({ id }) => id),
    /** As it stands after all that came; folded in place where that is sound. */
    async state() {
      await (isAnew ? log.foldAnew() : log.catchUp());
      isAnew = false;
      return canonicalState(fold);
    },
    async stateFromNothing() {
      const another = createFold(SALT);
      await createAudienceLog({ entries, blocks, fold: another, pause }).foldAnew();
      return canonicalState(another);
    },
    async wipe() {
      db.close();
      await wipeDatabase(workspace);
    },
  };
}
