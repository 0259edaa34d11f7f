/**
 * Many devices that were away come back after somebody was erased: each with the person in all that it holds, some with
 * an unshared import of her, a kept file, a list of errors with her row, and one that is killed in the middle of letting
 * go. Nothing returns, here or there, and nothing of anybody else is lost.
 */
import type { ImportId } from '#domain/ids';
import { FIRST_CHECKPOINT } from '#app/import-run';
import type { ImportSettings } from '#import/types';
import { decodeRows } from '#log/block';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import type { ErasureStore } from '#storage/types';
import { rowOf } from '#tests/builders/blocks';
import { createErasureWorld, EVE, EVE_KEYS, PHONE, type ErasureDevice } from '#tests/builders/erasure-world';
import { createRandom } from '#tests/builders/random';

export interface ErasureOptions {
  readonly devices: number;
  readonly seed: number;
}

/** What a build says of itself that does not erase. */
export const HELD_OR_BACK = /still holds|returned device holds|came back/;
const OTHERS = 200;
const HERS = rowOf('phone', PHONE, { name: 'Evelyn Canary', email: 'eve@canary.example' });
const other = (at: number) =>
  rowOf('phone', `+42077710${String(at).padStart(4, '0')}`, { name: `Person ${String(at)}` });

const SETTINGS: ImportSettings = {
  reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' },
  fields: ['userId', 'phone', 'name'],
  ...{ country: 'CZ', conflicts: 'overwrite', groups: [], newGroups: [], consent: 'unknown', existing: 'all' },
};

/** What a device did while it was away. */
const AWAY = ['unsharedImport', 'keptFile', 'errorList', 'killedInMidFilter', 'edits', 'nothing'] as const;

export async function proveErasure({
  devices,
  seed,
}: ErasureOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const world = await createErasureWorld();
  const problems: string[] = [];
  try {
    const first = await world.device('first');
    await first.import('shared', [...Array.from({ length: OTHERS }, (_, at) => other(at)), HERS]);
    await first.edit({ ...HERS, birth: false, cells: { name: 'Evelyn Canary' } });
    await first.share();
    const away: ErasureDevice[] = [];
    const later: (() => Promise<void>)[] = [];
    for (let at = 0; at < devices; at += 1) {
      const device = await world.device(`away-${String(at)}`);
      if ((await device.share()) !== 'current') problems.push('a device could not share before the erasure');
      const did = at < AWAY.length ? at : Math.floor(random() * AWAY.length);
      const doing = AWAY[did] ?? 'nothing';
      // What is written after the erasure, in ignorance of it, must go as well.
      if (at % 2 === 0 && (doing === 'unsharedImport' || doing === 'edits'))
        later.push(() => whileAway(device, doing, at));
      else await whileAway(device, doing, at);
      away.push(device);
    }
    if ((await world.found()).length === 0) problems.push('the reader finds nobody at the relay before the erasure');
    for (const device of away)
      if ((await device.found()).length === 0) problems.push('the reader finds nobody on a device before the erasure');

    await world.erase([EVE]);
    for (const run of later) await run();
    for (const found of await world.found()) problems.push(`after the erasure the relay still holds ${found}`);
    for (const device of [first, ...away]) {
      await device.share().catch(() => undefined);
      if ((await device.share()) !== 'current') problems.push('a device does not come to an end of sharing');
      const { pending, refused } = await device.counts();
      if (pending + refused > 0) problems.push('what was not hers was not shared');
      for (const found of await device.found()) problems.push(`a returned device holds ${found}`);
    }
    for (const found of await world.found()) problems.push(`${found} came back to the relay`);
    problems.push(...(await lost(world.relay, away.length)));
  } finally {
    await world.close();
  }
  return { problems: [...new Set(problems)], summary: `${String(devices)} devices came back, seed ${String(seed)}` };
}

async function whileAway(device: ErasureDevice, did: (typeof AWAY)[number], at: number): Promise<void> {
  if (did === 'unsharedImport')
    await device.import(`away-${String(at)}`, [
      other(at),
      rowOf('userId', 'U-EVE', { phone: PHONE, name: 'Evelyn Canary' }),
    ]);
  if (did === 'edits') await device.edit({ ...HERS, birth: false, cells: { name: 'Evelyn Canary II' } });
  if (did === 'keptFile') await keepFile(device);
  if (did === 'errorList') await keepErrors(device);
  if (did === 'killedInMidFilter')
    device.erasesWith({ ...device.erasing, erasures: dyingOnce(createErasureStore(device.db), at % 3) });
}

async function keepFile({ db }: ErasureDevice): Promise<void> {
  const file = `User ID,Phone,Name\r\nU-1,777 100 001,Person\r\nU-EVE,none,Evelyn Canary\r\n,${PHONE},Evelyn Canary\r\n`;
  const row = { fileName: 'list.csv', fileSizeBytes: file.length, settings: SETTINGS, startedAt: 1 };
  const state = { phase: 'checking', checkpoint: FIRST_CHECKPOINT, blocks: [] } as const;
  await createImportStore(db).begin({ id: 'kept' as ImportId, ...row, ...state }, new Blob([file]));
}

async function keepErrors({ db }: ErasureDevice): Promise<void> {
  const problems = [{ row: 2, column: 'Email', value: 'eve@canary,example', problem: 'emailInvalid' } as const];
  const figures = {
    index: 0,
    byteStart: 0,
    byteEnd: 1,
    firstRow: 0,
    outcomes: new Uint8Array(1),
    suppressed: new Uint8Array(1),
  };
  const base = {
    fileName: 'list.csv',
    fileSizeBytes: 1,
    settings: SETTINGS,
    startedAt: 1,
    checkpoint: FIRST_CHECKPOINT,
  };
  await db.imports.add({ id: 'done' as ImportId, ...base, phase: 'written', blocks: [] });
  await db.chunks.add({ importId: 'done' as ImportId, ...figures, problems, problemKeys: [EVE_KEYS] });
}

/** Killed after so many of its writes, and never again. */
function dyingOnce(store: ErasureStore, writes: number): ErasureStore {
  let left = writes;
  const write =
    <Given extends unknown[], Answer>(run: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      left -= 1;
      if (left === -1) throw new Error('killed');
      return run(...given);
    };
  return {
    ...store,
    changeEntries: write(store.changeEntries),
    replaceBlock: write(store.replaceBlock),
    finish: write(store.finish),
  };
}

/** Rows of others at the relay: those of the first import, and one of each import that came from away. */
async function lost({ store, blocks }: Parameters<typeof rowsAt>[0], most: number): Promise<readonly string[]> {
  const rows = await rowsAt({ store, blocks });
  const left = new Set(rows);
  const missing = Array.from({ length: OTHERS }, (_, at) => other(at).keyValue).filter((key) => !left.has(key));
  return missing.length > 0 || rows.length < OTHERS || rows.length > OTHERS + most
    ? [`rows of others are lost or doubled: ${String(missing.length)} of ${String(rows.length)}`]
    : [];
}

async function rowsAt({
  store,
  blocks,
}: Pick<Awaited<ReturnType<typeof createErasureWorld>>['relay'], 'store' | 'blocks'>): Promise<readonly string[]> {
  const workspace = (await store.workspace())?.id;
  if (!workspace) return [];
  const { items } = await store.entriesAfter(workspace, 0, 10_000, 100_000_000);
  const found: string[] = [];
  for (const { json } of items) {
    const { body } = JSON.parse(json) as { body: { blocks?: { id: never }[] } };
    for (const { id } of body.blocks ?? []) {
      const decoded = await decodeRows((await blocks.get(workspace, id))?.bytes ?? new Uint8Array());
      if (decoded.kind === 'decoded') found.push(...decoded.block.columns.keyValues);
    }
  }
  return found;
}
