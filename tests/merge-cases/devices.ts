/** Several devices and a relay in one test: the audience service over a database of its own each, and what carries the log. */
import type { BlockId, ContactId, DeviceId, EntryId, ImportId } from '#domain/ids';
import type { AudienceWorker } from '#app/worker-types';
import { eraseHere } from '#app/erase-here';
import { createAudienceService, type AudienceParts } from '#app/audience-service';
import { encodeRows } from '#log/block';
import type { CommitBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createErasureStore } from '#storage/erasure-store';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import { createReceiptStore } from '#storage/receipt-store';
import { createSharingStore } from '#storage/sharing-store';
import { createLogSharing } from '#sync/share-log';
import { columnsOfRows } from '#tests/builders/blocks';
import { SALT } from '#tests/builders/entries';
import type { LogRelay } from '#tests/builders/log-relay';
import { testDatabase } from '#tests/storage/workspace';

let made = 0;

export type Device = Awaited<ReturnType<typeof deviceOn>>;

/** `clock`: of all devices of the test, so that what is done later is later. */
export async function deviceOn(relay: LogRelay, name: string, clock: { nowMs: number }) {
  const { id: workspace, db } = testDatabase();
  const device = name as DeviceId;
  const nowMs = () => {
    clock.nowMs += 1;
    relay.nowMs = clock.nowMs;
    return clock.nowMs;
  };
  const parts: AudienceParts = {
    ...{ entries: createEntryStore(db), blocks: createBlockStore(db), imports: createImportStore(db), nowMs },
    receipts: createReceiptStore(db),
    newId: () => `${name}-${String((made += 1))}`,
    compareNames: new Intl.Collator('en').compare,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    serve: () => undefined,
    openLog: () => {
      throw new Error('no other workspace here');
    },
    onBug: (error) => {
      throw error;
    },
  };
  const audience: AudienceWorker = createAudienceService(() => parts);
  await audience.open({ workspace, device, salt: 'AAECAwQFBgcICQoLDA0ODw' }, () => undefined);
  const sharing = createSharingStore(db);
  const heard: ('more' | 'anew')[] = [];
  const erasing = {
    ...{ erasures: createErasureStore(db), blocks: parts.blocks, imports: parts.imports, salt: SALT },
    ...{ newBlockId: () => `${name}-${String((made += 1))}` as BlockId, pause: () => Promise.resolve() },
  };
  const { share } = createLogSharing({
    ...{ relay: relay.client, sharing, blocks: parts.blocks, device, now: () => clock.nowMs },
    async erase() {
      if (await eraseHere(erasing)) heard.push('anew');
    },
    onChange: (how) => heard.push(how),
  });

  const all = async () =>
    (await audience.window({ filter: { status: 'all' }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 1_000 }))
      .contacts;

  return {
    ...{ audience, sharing, db, all },
    names: async () => (await all()).map(({ cells }) => cells.name),
    async idOf(called: string): Promise<ContactId> {
      const found = (await all()).find(({ cells }) => cells.name === called);
      if (!found) throw new Error(`nobody is called ${called}`);
      return found.id;
    },
    async share() {
      const result = await share();
      for (const how of heard.splice(0)) await audience.refresh(how);
      return result;
    },
    /** As an import worker and its plan would leave it. */
    async import(id: string, rows: readonly Row[], more: Partial<CommitBody> = {}): Promise<EntryId> {
      const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
      const block = { id: `block-of-${id}`, ...ref } as CommitBody['blocks'][number];
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [block], importId: id as ImportId },
        ...{ joins: [], leaves: [], newGroups: [], fileName: `${id}.csv`, ...more },
      };
      await parts.entries.add({ id: id as EntryId, device, body }, nowMs(), [{ id: block.id, hash: ref.hash, bytes }]);
      await audience.refresh();
      return id as EntryId;
    },
  };
}
