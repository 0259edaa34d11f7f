/** What an import says before it is written, against what has changed in the contacts after it. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { createImportService } from '#app/import-service';
import type { ImportWorker, OpenWorkspace } from '#app/worker-types';
import { characteristicCell } from '#domain/characteristic';
import type { Contact } from '#domain/contact';
import type { BlockId, ImportId } from '#domain/ids';
import { isLineTagCell } from '#domain/scoped-cell';
import { CONFLICT_RULES, type ImportProgress, type ImportSettings, type MappedField } from '#import/types';
import { createContactIds } from '#log/contact-id';
import type { NewCharacteristic } from '#log/types';
import { createMetaStore } from '#storage/meta-store';
import { createDice, type Dice } from '#tests/builders/dice';
import { group } from '#tests/builders/entries';
import { buildMessyFile } from '#tests/builders/messy-files';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const FILES = 200;
const FILES_OF_A_SHOP = 10;
/** Of a file. */
const rowsAtMost = 100;
const [FAIR, VIP] = [group('Fair'), group('VIP')];
const hashes = createContactIds(new Uint8Array(16));

/** All that stands of somebody, as texts. */
interface Person {
  readonly cells: string;
  readonly groups: string;
}

interface Shop {
  readonly service: ImportWorker;
  readonly ready: (id: ImportId) => Promise<ImportProgress>;
  /** Everybody who is listed, by id. */
  readonly people: () => Promise<ReadonlyMap<string, Person>>;
}

async function openShop(): Promise<Shop> {
  const workspace = testDatabase();
  const { audience, planning, parts } = await audienceDevice(workspace);
  const news: ImportProgress[] = [];
  let look = () => {};
  let made = 0;
  const service = createImportService(() => ({
    store: parts.imports,
    meta: createMetaStore(workspace.db),
    hashOfHeadings: (text) => text,
    planning: { ...planning, endPlan: async (id) => planning.endPlan(id) },
    locks: navigator.locks,
    lockPrefix: `${workspace.db.name}.`,
    newId: () => `import-${String((made += 1))}` as ImportId,
    tagId: hashes.tagId,
    hashOfKey: (field, value) => hashes.idOf(field, value, 0),
    newBlockId: () => crypto.randomUUID() as BlockId,
    nowMs: () => performance.now(),
    onBug: (error) => {
      throw error;
    },
  }));
  await service.open({} as OpenWorkspace, undefined as unknown as MessagePort, (progress) => {
    news.push(progress);
    look();
  });
  return {
    service,
    ready: (id) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = news.findLast(({ importId, phase }) => importId === id && phase !== 'checking');
          if (found?.phase === 'ready') resolve(found);
          else if (found?.phase === 'failed') reject(new Error(`not readable: ${String(found.failure)}`));
        };
        look();
      }),
    async people() {
      const sort = { by: 'createdAt', order: 'up' } as const;
      const { contacts } = await audience.window({ filter: { status: 'all' }, sort, offset: 0, limit: 10_000 });
      return new Map(contacts.map((contact) => [contact.id, personOf(contact)]));
    },
  };
}

/** As it stands: when it was changed is no part of it. */
function personOf({ cells, groups, characteristics, scoped, tags }: Contact): Person {
  const inOrder = (object: object = {}) => Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1));
  // A tag is there or not, however it is spelled.
  const ofLines = inOrder(scoped).map(([name, value]) => (isLineTagCell(name) ? [name] : [name, value as string]));
  const own = [inOrder(cells), inOrder(characteristics), ofLines, tags?.map(({ id }) => id).toSorted()];
  return { cells: JSON.stringify(own), groups: groups.toSorted().join() };
}

/** As the wizard has it when everything it proposes is taken. */
async function settingsFor(service: ImportWorker, file: Blob, name: string, dice: Dice): Promise<ImportSettings> {
  const result = await service.preview(file, name);
  if (result.kind === 'problem') throw new Error(result.problem);
  const { reading, columns } = result.preview;
  const newCharacteristics: NewCharacteristic[] = [];
  const fields = columns.map(({ field, name: heading }): MappedField => {
    if (field !== 'new') return field;
    if (heading === '') return 'ignore';
    const id = hashes.characteristicId(heading, 0);
    if (!newCharacteristics.some((each) => each.id === id)) newCharacteristics.push({ id, name: heading });
    return characteristicCell(id);
  });
  return {
    ...{
      reading,
      fields,
      country: 'CN',
      conflicts: dice.pick(CONFLICT_RULES),
      consent: dice.pick(['given', 'unknown']),
    },
    ...{ groups: dice.pick([[FAIR], [FAIR, VIP], []]), newGroups: [], newCharacteristics },
    existing: dice.chance(0.1) ? 'existingOnly' : 'all',
  };
}

test(
  `[IMP-6] [IMP-12] of ${String(FILES)} messy files each does exactly what was said, and given again changes nothing`,
  { timeout: 240_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1e9);
    const seen = { new: 0, changed: 0, unchanged: 0, twice: 0, ignored: 0, error: 0, rows: 0, suppressed: 0 };
    let shop = await openShop();
    let unchanging = 0;
    for (let count = 0; count < FILES; count += 1) {
      if (count % FILES_OF_A_SHOP === 0) shop = await openShop();
      const dice = createDice(seed + count);
      const number = Math.floor(count / FILES_OF_A_SHOP);
      const keys = number % 2 === 0 ? 'own' : 'shared';
      const { name, bytes } = buildMessyFile(dice, number, keys);
      const file = new Blob([bytes]);
      const settings = await settingsFor(shop.service, file, name, dice);
      const before = await shop.people();
      const id = await shop.service.check(file, name, settings);
      const { figures } = await shop.ready(id);
      const inError = new Set((await shop.service.samples(id, 'error', rowsAtMost)).map(({ row }) => row));
      expect(await shop.people()).toEqual(before);
      expect(await shop.service.write(id)).toEqual({ kind: 'written' });
      const after = await shop.people();

      const said = `seed ${String(seed + count)}, file ${String(count)}, ${settings.conflicts}, ${JSON.stringify(figures)}`;
      const { rows, suppressed: _, ...outcomes } = figures;
      expect(
        Object.values(outcomes).reduce((sum, each) => sum + each, 0),
        said,
      ).toBe(rows);
      expect([...after.keys()].filter((each) => !before.has(each)).length, said).toBe(figures.new);
      expect(
        [...before.keys()].filter((each) => !after.has(each)),
        said,
      ).toEqual([]);
      // To join a chosen group is no change: that happens in every mode.
      const changed = [...before].filter(([each, { cells }]) => after.get(each)?.cells !== cells).length;
      // A later row of somebody is counted as twice: it may be what changes them, or what changes them back.
      expect(changed, said).toBeLessThanOrEqual(figures.changed + figures.twice);
      expect(changed, said).toBeGreaterThanOrEqual(figures.changed - figures.twice);

      for (const outcome of Object.keys(seen) as (keyof typeof seen)[]) seen[outcome] += figures[outcome];
      // A row of nobody known, or of somebody else, may name somebody once a later row has given them its key.
      if (settings.existing === 'existingOnly' || keys === 'shared') continue;
      const again = await shop.service.check(file, name, settings);
      const repeated = (await shop.ready(again)).figures;
      // A row that fitted two contacts says something once the file itself has taken the key from one of them.
      const changing = await shop.service.samples(again, 'changed', rowsAtMost);
      expect([repeated.new, changing.filter(({ row }) => !inError.has(row))], said).toEqual([0, []]);
      if (repeated.changed > 0) continue;
      await shop.service.write(again);
      expect(await shop.people(), said).toEqual(after);
      unchanging += 1;
    }
    expect(unchanging).toBeGreaterThan(FILES * 0.4);
    // Every kind of row was there.
    for (const [outcome, rows] of Object.entries(seen)) expect(rows, outcome).toBeGreaterThan(FILES / 4);
  },
);
