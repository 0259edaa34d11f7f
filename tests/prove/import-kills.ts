/**
 * Chromium is killed at random blocks of an import, ten times an import, and opened again each time. After each start the contacts are what
 * they were, the blocks in IndexedDB are those of the checkpoint with their hashes, and the import goes on from the
 * kept copy; at the end every row is there once.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildCsv } from '../builders/csv.ts';
import { openBrowser, type BrowserOnProfile } from '../builders/browser.ts';
import { checkpointPast, readImports } from '../builders/device-storage.ts';
import { addContact, contactTotal, goOnWithImport, startCheck, writeImport } from '../builders/pages.ts';
import { between, createRandom } from '../builders/random.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';

export interface ImportKillsOptions {
  /** In all. */
  readonly kills: number;
  readonly rows: number;
  readonly seed: number;
}

/** More than these would not fall inside one import any more. */
const KILLS_AN_IMPORT = 10;
/** An import takes some 100,000 rows a second, and a busy machine 0.3 s from the checkpoint to the kill. */
const ROWS_TO_THE_KILL = 30_000;

export async function proveImportKills({
  kills,
  rows,
  seed,
}: ImportKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const problems: string[] = [];
  const killedAt: string[] = [];
  for (let done = 0; done < kills; done += KILLS_AN_IMPORT) {
    const some = Math.min(KILLS_AN_IMPORT, kills - done);
    const one = await killOneImport({ kills: some, rows, seed: seed + done });
    problems.push(...one.problems);
    killedAt.push(one.killedAt.join(', '));
  }
  return { problems, summary: `${String(kills)} kills at rows ${killedAt.join('; ')} of ${String(rows)}` };
}

async function killOneImport({
  kills,
  rows,
  seed,
}: ImportKillsOptions): Promise<{ readonly problems: readonly string[]; readonly killedAt: readonly number[] }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('import-kills');
  const file = join(folder.path, 'customers.csv');
  await writeFile(file, await buildCsv({ rows, seed, doubles: 0 }).file.bytes());
  const relay = await startRelay({ data: join(folder.path, 'data') });
  const profile = join(folder.path, 'profile');
  const problems: string[] = [];
  const killedAt: number[] = [];
  const aimable = rows - ROWS_TO_THE_KILL;
  let browser = await openBrowser(profile);
  try {
    await browser.page.goto(`${relay.url}/contacts`);
    await addContact(browser.page, { name: 'Ana Lima', phone: '+5511987654321' });
    await startCheck(browser.page, file, { country: 'CN' });
    for (let count = 0; count < kills; count += 1) {
      // Blocks come steadily: aim at a random row of what is left, and strike when the checkpoint passes it.
      const target = between(random, (aimable * count) / kills, (aimable * (count + 1)) / kills);
      await checkpointPast(browser.page, Math.floor(target));
      await sleep(between(random, 0, 60));
      await browser.kill();
      browser = await openBrowser(profile);
      const left = await checkAfterStart(browser, relay.url, rows);
      problems.push(...left.problems);
      killedAt.push(left.rowsDone);
    }
    await writeImport(browser.page);
    const total = await contactTotal(browser.page);
    if (total !== rows + 1) problems.push(`${String(total - 1)} contacts instead of ${String(rows)}`);
    const [stored] = await readImports(browser.page);
    if (stored?.blocksStray !== 0) problems.push(`${String(stored?.blocksStray)} blocks that nobody names`);
    const inside = killedAt.filter((row) => row <= rows).length;
    if (inside < kills) problems.push(`only ${String(inside)} of ${String(kills)} kills fell inside the import`);
  } finally {
    await browser.close().catch(() => undefined);
    await relay.stop();
    await folder.remove();
  }
  return { problems, killedAt };
}

/** On a page of the origin without the app first, so that nothing has been mended before it is looked at. */
async function checkAfterStart(
  browser: BrowserOnProfile,
  url: string,
  rows: number,
): Promise<{ readonly problems: readonly string[]; readonly rowsDone: number }> {
  const problems: string[] = [];
  await browser.page.goto(`${url}/healthz`);
  const [stored] = await readImports(browser.page);
  if (stored === undefined) problems.push('the import is gone after a kill');
  else {
    if (stored.chunksStored !== stored.chunks)
      problems.push(`${String(stored.chunksStored)} chunks lie here, the checkpoint says ${String(stored.chunks)}`);
    // The checkpoint counts the file's rows, the chunks its rows without the header.
    if (stored.chunkRows !== Math.max(0, stored.rowsDone - 1))
      problems.push(`chunks hold ${String(stored.chunkRows)} rows, the checkpoint says ${String(stored.rowsDone)}`);
    if (stored.blocksSound !== stored.blocksNamed)
      problems.push(`${String(stored.blocksSound)} of ${String(stored.blocksNamed)} blocks have their hash`);
    if (stored.blocksStray !== 0) problems.push(`${String(stored.blocksStray)} blocks that nobody names`);
    if (stored.rowsDone > rows + 1) problems.push('the checkpoint is past the end of the file');
  }
  await browser.page.goto(`${url}/contacts`);
  const total = await contactTotal(browser.page);
  if (total !== 1) problems.push(`${String(total)} contacts are visible before the import is written`);
  await goOnWithImport(browser.page);
  return { problems, rowsDone: stored?.rowsDone ?? 0 };
}
