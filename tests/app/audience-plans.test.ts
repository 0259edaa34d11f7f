import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { planSlice } from '#app/import-run';
import type { BlockId, GroupId, ImportId } from '#domain/ids';
import { ROW_OUTCOMES, type ImportSettings } from '#import/types';
import type { BlockRef } from '#log/types';
import type { Checkpoint, ImportRow } from '#storage/types';
import { contactColumns, type TextColumns } from '#tests/builders/contacts';
import { group } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice, type AudienceDevice } from './audience-device.ts';

const VIP = group('VIP');
const settings: ImportSettings = {
  reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' },
  fields: ['userId', 'phone', 'email', 'name'],
  country: 'CZ',
  conflicts: 'overwrite',
  groups: [],
  newGroups: [{ id: VIP, name: 'VIP' }],
  consent: 'given',
  existing: 'all',
};
const nothing = { new: 0, changed: 0, unchanged: 0, twice: 0, ignored: 0, error: 0, rows: 0, suppressed: 0 };
const SLICE = 100;

interface Run {
  readonly figures: Record<string, number>;
  readonly version: number;
  readonly blocks: readonly BlockRef[];
}

/** As the import worker does it: a slice, its block and its chunk in the store. */
async function run(
  device: AudienceDevice,
  id: ImportId,
  columns: TextColumns,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Promise<Run> {
  const { planning, parts } = device;
  const row = await parts.imports.get(id);
  if (!row) throw new Error('the import was not begun');
  const { version } = await planning.beginPlan(id, settings, row.blocks);
  const count = columns.phone?.length ?? 0;
  let checkpoint: Checkpoint = row.checkpoint;
  for (let at = from; at < Math.min(count, to); at += SLICE) {
    const slice = Object.fromEntries(
      Object.entries(columns).map(([field, values]) => [field, values.slice(at, at + SLICE)]),
    );
    const { plan, block } = await planSlice(
      id,
      { count: slice['phone']?.length ?? 0, columns: slice },
      { planning, newBlockId: () => crypto.randomUUID() as BlockId },
    );
    const { outcomes, suppressed, seen } = plan;
    const figures: Record<string, number> = { ...checkpoint.figures };
    for (const outcome of outcomes)
      figures[ROW_OUTCOMES[outcome] ?? ''] = (figures[ROW_OUTCOMES[outcome] ?? ''] ?? 0) + 1;
    checkpoint = {
      rowsDone: at + outcomes.length,
      byteOffset: 0,
      chunks: checkpoint.chunks + 1,
      figures: figures as never,
    };
    const chunk = {
      importId: id,
      index: checkpoint.chunks - 1,
      byteStart: 0,
      byteEnd: 0,
      firstRow: at,
      outcomes,
      suppressed,
      problems: [],
    };
    await parts.imports.addChunk({ ...chunk, ...(seen && { seen }) }, checkpoint, block);
  }
  const done = await parts.imports.get(id);
  return { figures: checkpoint.figures as never, version, blocks: done?.blocks ?? [] };
}

async function begin({ parts }: AudienceDevice, name: string): Promise<ImportId> {
  const id = `import-${name}` as ImportId;
  const row: ImportRow = {
    ...{ id, fileName: 'people.csv', fileSizeBytes: 3, settings, startedAt: 1, phase: 'checking', blocks: [] },
    checkpoint: { rowsDone: 0, byteOffset: 0, chunks: 0, figures: nothing },
  };
  await parts.imports.begin(row, new Blob(['abc']));
  return id;
}

const windowOf = async (
  { audience }: AudienceDevice,
  filter: { group?: GroupId; status?: 'all' } = { status: 'all' },
) => audience.window({ filter, sort: { by: 'createdAt', order: 'up' }, offset: 0, limit: 5_000 });

/** 1,000 people, the first 50 of them again at the end under another name. */
const people = contactColumns(1_000, 7);
const file: TextColumns = Object.fromEntries(
  Object.entries(people).map(([field, values]) => [
    field,
    [...values, ...values.slice(0, 50).map((value) => (field === 'name' ? `${value} II` : value))],
  ]),
);

describe('an import through the planning port', () => {
  let workspace: ReturnType<typeof testDatabase>;
  let device: AudienceDevice;
  beforeEach(async () => {
    workspace = testDatabase();
    device = await audienceDevice(workspace);
  });
  const write = (id: ImportId, { blocks, version }: Run) =>
    device.planning.commit(id, 'people.csv', settings, blocks, version);

  test('[IMP-6] the figures before are exactly what then stands; nothing is visible until then', async () => {
    const id = await begin(device, 'one');
    const planned = await run(device, id, file);
    expect(planned.figures).toMatchObject({ new: 1_000, twice: 50, changed: 0, error: 0 });
    expect((await windowOf(device)).total).toBe(0);
    expect(await write(id, planned)).toBe('written');
    const { total, contacts } = await windowOf(device);
    expect(total).toBe(1_000);
    expect(contacts.filter(({ cells }) => cells.name?.endsWith(' II'))).toHaveLength(50);
    expect(contacts.every(({ groups }) => groups.join() === VIP)).toBe(true);
    expect((await parts(device).imports.get(id))?.phase).toBe('written');
    const reopened = await audienceDevice(workspace);
    await reopened.audience.refresh();
    expect(await windowOf(reopened)).toEqual({ ...(await windowOf(device)), version: expect.any(Number) as number });
  });

  test('[IMP-12] the same file twice changes nothing the second time', async () => {
    const first = await begin(device, 'first');
    await write(first, await run(device, first, file));
    const before = await windowOf(device);
    const second = await begin(device, 'second');
    const again = await run(device, second, file);
    expect(again.figures).toMatchObject({ new: 0, changed: 0, unchanged: 1_000, twice: 50 });
    expect(again.blocks).toEqual([]);
    expect(await write(second, again)).toBe('written');
    expect((await windowOf(device)).contacts).toEqual(before.contacts);
  });

  test('[IMP-9] a plan that was lost goes on from its blocks to the same figures', async () => {
    await device.audience.addContact({ cells: { userId: 'U100010', name: 'known' }, joins: [VIP], newGroups: [] });
    const whole = await begin(device, 'whole');
    const expected = await run(device, whole, file);
    const cut = await begin(device, 'cut');
    await run(device, cut, file, 0, 500);
    const later = await audienceDevice(workspace);
    const rest = await run(later, cut, file, 500);
    expect(rest.version).toBe(expected.version);
    expect(rest.figures).toEqual(expected.figures);
    device = later;
    await write(cut, rest);
    expect((await windowOf(later)).total).toBe(1_000);
  });

  test('[IMP-6] if the audience moved since, nothing is written and it is said', async () => {
    const id = await begin(device, 'moved');
    const planned = await run(device, id, file);
    await device.audience.addContact({ cells: { phone: '+420777000111' }, joins: [], newGroups: [] });
    expect(await write(id, planned)).toBe('changed');
    expect((await windowOf(device)).total).toBe(1);
    expect((await parts(device).imports.get(id))?.phase).toBe('checking');
  });

  test('groups that came or went, and messages that left, do not make a plan stale', async () => {
    const id = await begin(device, 'steady');
    const planned = await run(device, id, file);
    device.audience.setGroups([VIP]);
    await device.audience.addMessaged('m1' as never, 'email', []);
    expect(await write(id, planned)).toBe('written');
  });

  test('two tabs that write one import write it once', async () => {
    const other = await audienceDevice(workspace);
    const id = await begin(device, 'both');
    const planned = await run(device, id, file);
    const commit = (some: AudienceDevice) =>
      some.planning.commit(id, 'people.csv', settings, planned.blocks, planned.version);
    await Promise.allSettled([commit(device), commit(other)]);
    expect(await parts(device).entries.count()).toBe(1);
    await other.audience.refresh();
    for (const some of [device, other]) expect((await windowOf(some)).total).toBe(1_000);
  });

  test('a plan that nobody began is a bug, and said', async () => {
    await expect(device.planning.plan({ importId: 'none' as ImportId, count: 0, columns: {} })).rejects.toThrow();
    const id = await begin(device, 'ended');
    await device.planning.beginPlan(id, settings, []);
    device.planning.endPlan(id);
    await expect(device.planning.plan({ importId: id, count: 0, columns: {} })).rejects.toThrow();
  });
});

const parts = (device: AudienceDevice) => device.parts;
