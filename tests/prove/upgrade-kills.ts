/**
 * A device of the first version, with two tabs open, gets the present one, and Chromium is killed in the middle of it:
 * the database is of the old version or of the new one, and holds what it held. At the end the tab of the old version
 * was in nobody's way, and one that was left open when a still newer version came says so.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildCsv } from '../builders/csv.ts';
import { openBrowser } from '../builders/browser.ts';
import { holdingOf, holdOpen, makeOlder, OLD_VERSION } from '../builders/older-database.ts';
import { contactTotal, importFile } from '../builders/pages.ts';
import { between, createRandom } from '../builders/random.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';

export interface UpgradeKillsOptions {
  readonly kills: number;
  readonly rows: number;
  readonly seed: number;
}

/** From the address to the kill, the first time; then later where the upgrade had not come, earlier where it had. */
const FIRST_AIM_MS = 600;
const [LATER, EARLIER] = [1.15, 0.87] as const;
const SPREAD_MS = 20;
/** Nobody waits longer for a tab of the old version. */
const WITHIN_MS = 5_000;

export async function proveUpgradeKills({
  kills,
  rows,
  seed,
}: UpgradeKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('upgrade-kills');
  const file = join(folder.path, 'customers.csv');
  await writeFile(file, await buildCsv({ rows, seed, doubles: 0 }).file.bytes());
  const relay = await startRelay({ data: join(folder.path, 'data') });
  const bare = `${relay.url}/healthz`;
  const profile = join(folder.path, 'profile');
  const problems: string[] = [];
  const found = { old: 0, new: 0 };
  let aimMs = FIRST_AIM_MS;
  let browser = await openBrowser(profile);
  const openAt = async (url: string) => {
    const page = await browser.context.newPage();
    await page.goto(url);
    return page;
  };
  try {
    await browser.page.goto(`${relay.url}/contacts`);
    await importFile(browser.page, file, { country: 'CN' });
    await browser.page.goto(bare);
    await makeOlder(browser.page);
    const before = await holdingOf(browser.page);
    for (let count = 0; count < kills; count += 1) {
      await holdOpen(browser.page);
      const upgrading = await browser.context.newPage();
      void upgrading.goto(`${relay.url}/contacts`).catch(() => undefined);
      await sleep(aimMs + between(random, -SPREAD_MS, SPREAD_MS));
      await browser.kill();
      browser = await openBrowser(profile);
      await browser.page.goto(bare);
      const now = await holdingOf(browser.page);
      if (now.hash !== before.hash || now.blocks !== before.blocks || now.entries !== before.entries)
        problems.push(`kill ${String(count + 1)}: what it holds is not what it held`);
      const isOld = now.version === OLD_VERSION;
      found[isOld ? 'old' : 'new'] += 1;
      aimMs *= isOld ? LATER : EARLIER;
      if (!isOld) await makeOlder(browser.page);
    }
    await holdOpen(browser.page);
    const page = await openAt(`${relay.url}/contacts`);
    const started = Date.now();
    const total = await contactTotal(page);
    if (total !== rows) problems.push(`${String(total)} contacts instead of ${String(rows)}`);
    const waited = Date.now() - started;
    if (waited > WITHIN_MS) problems.push(`the contacts were there after ${String(waited)} ms`);
    if ((await holdingOf(browser.page)).version <= OLD_VERSION) problems.push('the database is still the old one');

    await browser.page.evaluate(newestFor);
    const said = page.getByRole('heading', { name: 'A newer version of Fieldcast was used here' });
    await said.waitFor({ timeout: WITHIN_MS }).catch(() => {
      problems.push('a tab that was left open does not say that a newer version came');
    });
  } finally {
    await browser.close().catch(() => undefined);
    await relay.stop();
    await folder.remove();
  }
  const summary = `${String(kills)} kills with ${String(rows)} contacts, old ${String(found.old)} and new ${String(found.new)} times`;
  return { problems, summary };
}

/** In the page: opens the database as a version to come would. */
async function newestFor(): Promise<void> {
  const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('fieldcast/'))?.name ?? '';
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open(name, 9_990);
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
    opening.onerror = () => {
      reject(opening.error ?? new Error('refused'));
    };
  });
}
