import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ImportId } from '#domain/ids';
import { FIRST_CHECKPOINT } from '#app/import-run';
import type { ImportSettings } from '#import/types';
import { createFold } from '#log/fold';
import { anewOf } from '#log/fold-again';
import { LISTED } from '#log/born';
import { decodeRows } from '#log/block';
import type { CommitBody, Entry } from '#log/types';
import { createImportStore } from '#storage/import-store';
import { rowOf } from '#tests/builders/blocks';
import { ids, SALT } from '#tests/builders/entries';
import { createErasureWorld, EVE, PHONE, type ErasureDevice, type ErasureWorld } from '#tests/builders/erasure-world';

const SETTINGS: ImportSettings = {
  reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' },
  fields: ['userId', 'phone', 'name'],
  ...{ country: 'CZ', conflicts: 'overwrite', groups: [], newGroups: [], consent: 'unknown', existing: 'all' },
};

let world: ErasureWorld;
beforeEach(async () => {
  world = await createErasureWorld();
});
afterEach(() => world.close());

/** What the device's log comes to: names of who is listed, and their word on SMS. */
async function listed({ db }: ErasureDevice) {
  const fold = createFold(SALT);
  const rows = await db.entries.toArray();
  const anew = anewOf(
    fold,
    rows.map(({ entry }) => entry),
  );
  for (const pass of anew.passes) {
    for (const entry of pass.inOrder) pass.apply(entry, await blocksOf(entry));
  }
  anew.done();
  const { state } = fold;
  async function blocksOf(entry: Entry) {
    const found = await db.blocks.bulkGet(((entry.body as Partial<CommitBody>).blocks ?? []).map(({ id }) => id));
    const blocks = await Promise.all(
      found.map(async (row) => {
        const decoded = await decodeRows(row?.bytes ?? new Uint8Array());
        if (!row || decoded.kind !== 'decoded') throw new Error('a block does not lie here');
        return [row.id, decoded.block] as const;
      }),
    );
    return new Map(blocks);
  }
  return Array.from({ length: state.ids.count }, (_, row) => row)
    .filter((row) => state.born[row] === LISTED)
    .map((row) => [state.texts.name.get(row), state.stricts['consent:sms'].ranks[row]]);
}

it('[CON-10] Eve is erased while a device is away with an import, a kept file and a list of errors of her', async () => {
  const [here, away] = [await world.device('here'), await world.device('away')];
  await here.edit(rowOf('phone', PHONE, { name: 'Evelyn Canary', 'consent:sms': 'refused' }));
  await here.share();
  await away.share();
  await away.import('away', [
    rowOf('userId', 'U-EVE', { phone: PHONE, name: 'Evelyn Canary' }),
    rowOf('phone', '+420777000112', { name: 'Adam' }),
  ]);
  const imports = createImportStore(away.db);
  const row = {
    fileName: 'list.csv',
    fileSizeBytes: 9,
    settings: SETTINGS,
    startedAt: 1,
    checkpoint: FIRST_CHECKPOINT,
  };
  const file = new Blob([`User ID,Phone,Name\r\nU-EVE,${PHONE},Evelyn Canary\r\nU-2,777 000 112,Adam\r\n`]);
  await imports.begin({ id: 'kept' as ImportId, ...row, phase: 'checking', blocks: [] }, file);
  const problem = { row: 2, column: 'Phone', value: '777 000 111 x', problem: 'phoneInvalid' } as const;
  const chunk = { byteStart: 0, byteEnd: 1, firstRow: 0, outcomes: new Uint8Array(1), suppressed: new Uint8Array(1) };
  const problems = { problems: [problem], problemKeys: [[ids.idOf('userId', 'U-EVE', 0)]] };
  await away.db.imports.add({ id: 'done' as ImportId, ...row, phase: 'written', blocks: [] });
  await away.db.chunks.add({ importId: 'done' as ImportId, index: 0, ...chunk, ...problems });

  await world.erase([EVE]);
  expect(await away.found()).not.toEqual([]);
  expect(await away.share()).toBe('current');
  expect([await away.found(), await world.found()]).toEqual([[], []]);
  expect(await (await imports.file('kept' as ImportId))?.text()).toBe('User ID,Phone,Name\r\nU-2,777 000 112,Adam\r\n');
  expect(await listed(away)).toEqual([['Adam', 0]]);

  // A later import of her file, written with knowledge of the erasure, makes a new contact; her opt-out holds.
  await here.share();
  await here.import('later', [rowOf('phone', PHONE, { name: 'Eva', 'consent:sms': 'given' }, { generation: 1 })]);
  await here.share();
  await away.share();
  for (const device of [here, away])
    expect((await listed(device)).sort()).toEqual([
      ['Adam', 0],
      ['Eva', 3],
    ]);
});
