/**
 * 100,000 rows of CSV on the built app in Chromium, by the page a person uses: file given to exact figures, plus tap to
 * searchable and durable. Beside it, in the same browser and run, the naive way: Papa Parse on the main thread into
 * Dexie `bulkPut`, 1,000 rows a call, with indexes on phone, name, changed time and groups.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from '../builders/browser.ts';
import { buildCsv } from '../builders/csv.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { importTimed, naiveSeconds } from './import-timing.ts';
import { median } from './median.ts';

const ROWS = 100_000;
const ROUNDS = 3;

export async function benchImport(): Promise<Record<string, number>> {
  const folder = await temporaryFolder('bench-import');
  const file = join(folder.path, 'customers.csv');
  const { file: csv, people } = buildCsv({ rows: ROWS, seed: 1 });
  await writeFile(file, await csv.bytes());
  const relay = await startRelay({ data: join(folder.path, 'data') });
  try {
    const ours: number[] = [];
    const naive: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const browser = await openBrowser(join(folder.path, `profile-${String(round)}`), { bypassCsp: true });
      await browser.page.goto(`${relay.url}/contacts`);
      await browser.page.getByText('No contacts yet').waitFor();
      // Installing the app is no part of an import: both ways begin after it.
      await browser.page.evaluate(() => navigator.serviceWorker.ready);
      const { checkSeconds, writeSeconds } = await importTimed(browser.page, file, people);
      ours.push(checkSeconds + writeSeconds);
      await browser.page.goto(`${relay.url}/healthz`);
      naive.push(await naiveSeconds(browser.page, file));
      await browser.close();
    }
    const [seconds, naively] = [median(ours), median(naive)];
    return {
      'import.csv.100k.seconds': seconds,
      'import.csv.100k.naive_seconds': naively,
      'import.csv.100k.ratio': naively / seconds,
    };
  } finally {
    await relay.stop();
    await folder.remove();
  }
}
