/**
 * Devices fill up in the middle of an import, each at another place: it is said by name, the contacts are what they
 * were, what is kept of the import is sound; and once there is room the import ends with every row there once.
 */
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { readImports } from '../builders/device-storage.ts';
import { contactTotal, goOnWithImport, startCheck, writeImport } from '../builders/pages.ts';
import { between, createRandom } from '../builders/random.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { openSmallDevice, SMALL_DEVICE_PEOPLE } from '../builders/small-device.ts';

export interface ImportQuotaOptions {
  readonly devices: number;
  readonly seed: number;
}

const FULL = 'The storage of this device is full. Nothing was written.';
/** Room in lists: the list itself is kept, and what is read from it takes two thirds of one more. */
const [LEAST_ROOM, MOST_ROOM] = [1.05, 1.55] as const;

export async function proveImportQuota({
  devices,
  seed,
}: ImportQuotaOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('import-quota');
  const relay = await startRelay({ data: join(folder.path, 'data') });
  const problems: string[] = [];
  const stoppedAt: string[] = [];
  try {
    for (let device = 0; device < devices; device += 1) {
      const own = join(folder.path, String(device));
      await mkdir(own);
      const room = between(random, LEAST_ROOM, MOST_ROOM);
      const one = await fillOne(relay.url, own, room);
      stoppedAt.push(one.stoppedAt);
      problems.push(...one.problems.map((problem) => `room for ${room.toFixed(2)} lists: ${problem}`));
    }
  } finally {
    await relay.stop();
    await folder.remove();
  }
  return { problems, summary: `${String(devices)} devices, full at row ${stoppedAt.join(', ')}` };
}

async function fillOne(url: string, folder: string, lists: number) {
  const problems: string[] = [];
  const { page, list, lift } = await openSmallDevice(url, folder, lists);
  try {
    await startCheck(page, list, { country: 'CN' });
    await page.getByRole('alert').filter({ hasText: FULL }).waitFor({ timeout: 60_000 });
    const before = await contactTotal(page);
    if (before !== 1) problems.push(`${String(before)} contacts instead of 1 while it is full`);
    const [kept] = await readImports(page);
    if (kept && (kept.blocksStray !== 0 || kept.blocksSound !== kept.blocksNamed))
      problems.push('blocks that nobody names, or that are not what their hash says');
    if (kept && kept.chunkRows !== Math.max(0, kept.rowsDone - 1))
      problems.push(`chunks hold ${String(kept.chunkRows)} rows, the checkpoint says ${String(kept.rowsDone)}`);
    await lift();
    // Chromium counts as it likes: a copy that it refused is to be given again.
    if (kept) await goOnWithImport(page);
    else await startCheck(page, list, { country: 'CN' });
    await writeImport(page);
    const after = await contactTotal(page);
    if (after !== SMALL_DEVICE_PEOPLE + 1) problems.push(`${String(after - 1)} contacts at the end`);
    return { problems, stoppedAt: kept ? String(kept.rowsDone) : 'none (the copy)' };
  } finally {
    await page.context().close();
  }
}
