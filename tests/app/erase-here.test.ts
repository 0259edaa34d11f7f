import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, DeviceId, EntryId, ImportId, MessageId, WorkspaceId } from '#domain/ids';
import { eraseHere, type EraseParts } from '#app/erase-here';
import { FIRST_CHECKPOINT } from '#app/import-run';
import type { ImportSettings } from '#import/types';
import { decodeRows, encodeRecipients, encodeRows } from '#log/block';
import type { Entry, ErasureBody } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import { createSharingStore } from '#storage/sharing-store';
import type { MessageRow } from '#storage/message-types';
import type { ErasureStore, ImportRow } from '#storage/types';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { entryOf, ids, SALT } from '#tests/builders/entries';
import { readDatabase } from '#tests/builders/stored-texts';

const PHONE = '+420777000111';
const eve = ids.idOf('phone', PHONE, 0);
const adam = ids.idOf('phone', '+420777000112', 0);
const keys = [eve, ids.idOf('userId', 'U-EVE', 0), ids.idOf('email', 'eve@canary.example', 0)];
const body: ErasureBody = { kind: 'erasure', contacts: [eve], keys };
const erasure = entryOf(body, { ms: 5_000, id: 'erasure', device: 'relay' });
/** All that says who she is. */
const CANARIES = ['777000111', 'U-EVE', 'eve@canary', 'Evelyn Canary'];

const her = rowOf('phone', PHONE, { name: 'Evelyn Canary', email: 'eve@canary.example' });
const his = rowOf('phone', '+420777000112', { name: 'Adam' });
const SETTINGS: ImportSettings = {
  reading: { format: 'text', encoding: 'windows-1252', delimiter: ';', sheets: [], header: 'firstRow' },
  fields: ['userId', 'phone', 'email', 'name', 'ignore'],
  ...{ country: 'CZ', conflicts: 'overwrite', groups: [], newGroups: [], consent: 'unknown', existing: 'all' },
};
const FILE = [
  'User ID;Phone;Email;Name;Note',
  'U-1;777 000 112;adam@example.org;Adam;"asks ""why""; often"',
  'U-EVE;not a phone;;Evelyn Canary;',
  ';00420 777 000 111;;Evelyn Canary;',
  'U-3;777 000 113;;Olga;777 000 111',
].join('\r\n');

let db: AppDatabase;
let parts: EraseParts;
let made = 0;

beforeEach(async () => {
  db = createDatabase(`workspace-${String((made += 1))}` as WorkspaceId);
  parts = {
    erasures: createErasureStore(db),
    blocks: createBlockStore(db),
    imports: createImportStore(db),
    salt: SALT,
    newBlockId: () => `new-${String((made += 1))}` as BlockId,
    pause: () => Promise.resolve(),
  };
  await fill();
});

async function block(id: string, rows: readonly (typeof her)[]) {
  const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
  return { ref: { id: id as BlockId, ...ref }, row: { id: id as BlockId, hash: ref.hash, bytes } };
}

/** A device as it may be that was away: of her in everything that a device keeps. */
async function fill(): Promise<void> {
  const entries = createEntryStore(db);
  const own = { device: 'device-a' as DeviceId };
  const [shared, pending, stray] = [
    await block('shared', [her, his]),
    await block('pending', [his, her]),
    await block('stray', [her]),
  ];
  const commit = { kind: 'commit', source: 'import', weight: 'strong', joins: [], leaves: [], newGroups: [] } as const;
  const recipients = await encodeRecipients({
    ...{ kind: 'recipients', count: 2, contacts: [eve, adam], addresses: [PHONE, '+420777000112'] },
    variables: { name: ['Evelyn Canary', 'Adam'] },
  });
  const { bytes, ...sentRef } = recipients;
  const ref = { id: 'sent' as BlockId, ...sentRef };
  await db.blocks.bulkAdd([shared.row, stray.row, { id: ref.id, hash: ref.hash, bytes }]);
  const pulled: Entry[] = [
    entryOf({ ...commit, blocks: [shared.ref] }, { ms: 1_000, id: 'shared' }),
    entryOf({ kind: 'change', row: her, joins: [], leaves: [] }, { ms: 1_500, id: 'hand' }),
    erasure,
  ];
  await entries.add({ ...own, id: 'import' as EntryId, body: { ...commit, blocks: [pending.ref] } }, 9_000, [
    pending.row,
  ]);
  const row = { ...her, birth: false, id: eve, cells: { name: 'Evelyn Canary' } };
  await entries.add({ ...own, id: 'edit' as EntryId, body: { kind: 'change', row, joins: [], leaves: [] } }, 9_000);
  const messaged = { kind: 'messaged', message: 'm' as MessageId, channelType: 'sms', blocks: [ref] } as const;
  await entries.add({ ...own, id: 'messaged-m' as EntryId, body: messaged }, 9_000);
  await db.messages.add({ id: 'm' as MessageId, createdAt: 1, blocks: [ref] } as unknown as MessageRow);
  await db.outbox.add({ key: 'm' as MessageId, blocks: [ref] } as never);
  await addImports();
  await createSharingStore(db).addPulled(pulled, 3);
}

async function addImports(): Promise<void> {
  const base = {
    fileName: 'list.csv',
    fileSizeBytes: 1,
    settings: SETTINGS,
    startedAt: 1,
    checkpoint: FIRST_CHECKPOINT,
  };
  const row = (id: string, phase: ImportRow['phase']): ImportRow => ({
    ...base,
    id: id as ImportId,
    phase,
    blocks: [],
  });
  await createImportStore(db).begin(row('away', 'checking'), new Blob([FILE]));
  const chunk = {
    index: 0,
    byteStart: 0,
    byteEnd: 1,
    firstRow: 0,
    outcomes: new Uint8Array(2),
    suppressed: new Uint8Array(2),
  };
  const problem = (at: number, value: string) =>
    ({ row: at, column: 'Email', value, problem: 'emailInvalid' }) as const;
  const problems = [problem(2, 'eve@canary,example'), problem(3, 'olga@')];
  for (const [id, problemKeys] of [
    ['done', [[keys[1] ?? eve], [adam]]],
    ['older', undefined],
  ] as const) {
    await db.imports.add(row(id, 'written'));
    await db.chunks.add({ ...chunk, importId: id as ImportId, problems, ...(problemKeys && { problemKeys }) });
  }
}

const found = async () => {
  const texts = await readDatabase(db);
  return CANARIES.filter((canary) => texts.some((text) => text.includes(canary)));
};

describe('erasing on a device', () => {
  it('[CON-10] her canaries are found by the reader before, and nothing of her after', async () => {
    expect(await found()).toEqual(CANARIES);
    expect(await eraseHere(parts)).toEqual({ entries: ['erasure'], restarted: ['away'] });
    expect(await found()).toEqual([]);
    expect(await eraseHere(parts)).toBeUndefined();
  });

  it('[CON-10] what is not hers stays: rows, recipients in their places, and the log in its order', async () => {
    await eraseHere(parts);
    const rows = await db.entries.toArray();
    expect(rows.map(({ id }) => id)).toEqual(['import', 'messaged-m', 'shared', 'hand', 'erasure']);
    const [ref] = (rows[0]?.entry.body as unknown as { blocks: { id: BlockId; rows: number }[] }).blocks;
    const stored = await db.blocks.get(ref?.id ?? ('' as BlockId));
    const decoded = await decodeRows(stored?.bytes ?? new Uint8Array());
    expect(decoded.kind === 'decoded' && decoded.block.rowAt(0)).toMatchObject(his);
    expect(ref?.rows).toBe(1);
    const [message] = await db.messages.toArray();
    expect((await db.outbox.toArray())[0]).toMatchObject({ blocks: message?.blocks, recipients: 'changed' });
    expect(message?.blocks[0]?.rows).toBe(2);
  });

  it('[IMP-9] a kept file goes on without her rows, read as it is written now', async () => {
    await eraseHere(parts);
    const row = await db.imports.get('away' as ImportId);
    expect(row).toMatchObject({ phase: 'checking', edition: 1, checkpoint: FIRST_CHECKPOINT, blocks: [] });
    expect(row?.settings.reading).toMatchObject({ format: 'text', encoding: 'utf-8', delimiter: ',' });
    expect(await (await db.files.get('away' as ImportId))?.text()).toBe(
      [
        'User ID,Phone,Email,Name,Note',
        'U-1,777 000 112,adam@example.org,Adam,"asks ""why""; often"',
        'U-3,777 000 113,,Olga,',
        '',
      ].join('\r\n'),
    );
    const late = { importId: 'away' as ImportId, index: 0, byteStart: 0, byteEnd: 9, firstRow: 0, problems: [] };
    const chunk = { ...late, outcomes: new Uint8Array(), suppressed: new Uint8Array() };
    const store = createImportStore(db);
    expect(await store.addChunk(chunk, FIRST_CHECKPOINT)).toBe('superseded');
    expect(await store.ready('away' as ImportId, undefined)).toBe('superseded');
    expect(await store.addChunk({ ...chunk, edition: 1 }, FIRST_CHECKPOINT)).toBe('added');
  });

  it('[IMP-7] mended cells: hers that came by mending goes, and hers that was mended away does not come back', async () => {
    const store = createImportStore(db);
    const mends = [
      { row: 2, at: 2, value: 'adam@example.com' },
      { row: 5, at: 1, value: '777 000 111' },
      { row: 4, at: 1, value: '777 000 114' },
    ];
    expect(await store.mend('away' as ImportId, mends, FIRST_CHECKPOINT)).toBe('mended');
    await eraseHere(parts);
    expect(await found()).toEqual(['Evelyn Canary']);
    expect((await db.imports.get('away' as ImportId))?.mends).toBeUndefined();
    expect(await (await db.files.get('away' as ImportId))?.text()).toBe(
      [
        'User ID,Phone,Email,Name,Note',
        'U-1,777 000 112,adam@example.com,Adam,"asks ""why""; often"',
        // Whoever mended this phone said that the row is another's.
        ',777 000 114,,Evelyn Canary,',
        '',
      ].join('\r\n'),
    );
  });

  it('[IMP-7] a list of errors loses hers; one that says not whose it is loses its values', async () => {
    await eraseHere(parts);
    const problems = (await db.chunks.toArray()).map((chunk) => chunk.problems.map(({ row, value }) => [row, value]));
    expect(problems).toEqual([
      [[3, 'olga@']],
      [
        [2, ''],
        [3, ''],
      ],
    ]);
  });

  it('[CON-10] killed after any of its steps it goes on, and ends as if it had not been', async () => {
    for (let survived = 0, done = false; !done; survived += 1) {
      if (survived > 0) {
        db = createDatabase(`killed-${String(survived)}` as WorkspaceId);
        parts = { ...parts, blocks: createBlockStore(db), imports: createImportStore(db) };
        await fill();
      }
      const killed = { ...parts, erasures: dying(createErasureStore(db), survived) };
      done = await eraseHere(killed).then(
        () => true,
        () => false,
      );
      expect(await createErasureStore(db).unfinished()).toHaveLength(done ? 0 : 1);
      await eraseHere({ ...parts, erasures: createErasureStore(db) });
      expect(await found()).toEqual([]);
      expect((await db.entries.toArray()).map(({ id }) => id)).toEqual([
        'import',
        'messaged-m',
        'shared',
        'hand',
        'erasure',
      ]);
    }
  });
});

/** Dies before its next write, once it has made so many. */
function dying(store: ErasureStore, writes: number): ErasureStore {
  let left = writes;
  const write =
    <Given extends unknown[], Answer>(run: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return run(...given);
    };
  return {
    ...store,
    finish: write(store.finish),
    changeEntries: write(store.changeEntries),
    replaceBlock: write(store.replaceBlock),
    changeChunk: write(store.changeChunk),
    restartImport: write(store.restartImport),
  };
}
