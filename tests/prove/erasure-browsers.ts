/**
 * Two real browsers are away while somebody is erased: one imported her from a file and has not shared it, one keeps
 * the copy of such a file. The relay, a process of its own, is killed again and again in mid-rewrite. When all are back
 * nothing of her is readable in either origin, nor in any file of the relay; put back by hand she is found.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import type { Page } from '@playwright/test';
import { rowOf } from '../builders/blocks.ts';
import { openBrowser, type BrowserOnProfile } from '../builders/browser.ts';
import { createDice, type Dice } from '../builders/dice.ts';
import { CANARIES, EVE, PHONE, canariesIn } from '../builders/erasure-world.ts';
import { createLogDevice } from '../builders/log-device.ts';
import { findInOrigin, ORIGIN_PLACES, putInOrigin } from '../builders/origin-texts.ts';
import { contactTotal, importFile, startCheck } from '../builders/pages.ts';
import { createRelayClient as createOwner, type RelayClient as Owner } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder, type RelayProcess } from '../builders/relay-process.ts';
import { readFolder } from '../builders/stored-files.ts';
import { relayAs, signIn } from './log-kills-relay.ts';

export interface ErasureBrowsersOptions {
  /** Of the relay, while it rewrites. */
  readonly kills: number;
  /** Imports of her at the relay: each is a block that is written anew. */
  readonly imports: number;
  readonly seed: number;
}

/** As a file spells her, and as it is read. */
const SPELLED = '+420 777 000 111';
const WORDS = [...CANARIES, SPELLED, '777 000 111'];
const IN_FILE = ['Evelyn Canary', 'U-EVE'];
const OTHERS = 5;
const HERS = rowOf('phone', PHONE, { name: 'Evelyn Canary' });
const other = (at: number) =>
  rowOf('phone', `+42077710${String(at).padStart(4, '0')}`, { name: `Person ${String(at)}` });
const LIST = `Name,Phone,User ID\r\nEvelyn Canary,${SPELLED},U-EVE\r\nNew Here,+420 777 200 001,U-1\r\n`;
const LIMIT_MS = 60_000;

interface World {
  readonly folder: string;
  readonly owner: Owner;
  relay: RelayProcess;
  readonly restart: () => Promise<void>;
}

export async function proveErasureInBrowsers({
  kills,
  imports,
  seed,
}: ErasureBrowsersOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const dice = createDice(seed);
  const folder = await temporaryFolder('erasure-browsers');
  const data = join(folder.path, 'data');
  const first = await startRelay({ data });
  const owner = createOwner(first.url);
  const world: World = {
    ...{ folder: data, owner, relay: first },
    async restart() {
      world.relay = await startRelay({ data, port: Number(new URL(first.url).port) });
    },
  };
  const problems: string[] = [];
  const devices: BrowserOnProfile[] = [];
  const profiles = ['unshared', 'kept'].map((name) => join(folder.path, name));
  const open = async (profile: string) => {
    const browser = await openBrowser(profile);
    devices.push(browser);
    return browser;
  };
  try {
    await owner.claim(first.claimToken ?? '');
    await shareImports(world, imports);
    const list = join(folder.path, 'list.csv');
    await writeFile(list, Buffer.from(`\uFEFF${LIST}`, 'utf16le'));

    const [unshared, kept] = await Promise.all(profiles.map(open));
    if (!unshared || !kept) throw new Error('two browsers were opened');
    for (const { page } of [unshared, kept]) await joinBy(page, world);
    await world.relay.kill();
    await importFile(unshared.page, list, { country: 'CZ' });
    await startCheck(kept.page, list, { country: 'CZ' });
    await kept.page.getByRole('heading', { name: 'This is what will happen' }).waitFor({ timeout: LIMIT_MS });
    problems.push(...(await isRead('the file', kept.page, [SPELLED, ...IN_FILE])));
    problems.push(...(await isRead('the import', unshared.page, [PHONE, ...IN_FILE])));
    await Promise.all([unshared.close(), kept.close()]);

    await world.restart();
    if (canariesIn(await readFolder(data)).length === 0) problems.push('the reader finds nobody at the relay before');
    const inside = await eraseAndKill(world, kills, dice);
    if (inside === 0 && kills > 0) problems.push('no kill fell inside the rewriting');
    for (const found of canariesIn(await readFolder(data)))
      problems.push(`after the erasure the relay still holds ${found}`);

    const back = await Promise.all(profiles.map(open));
    for (const { page } of back) problems.push(...(await comeBack(page, world)));
    for (const found of canariesIn(await readFolder(data))) problems.push(`${found} came back to the relay`);
    const [witness] = back;
    if (witness) problems.push(...(await putBack(witness.page)));
    await world.relay.stop();
    problems.push(...(await putBackAtRelay(data)));
    return {
      problems: [...new Set(problems)],
      summary: `2 browsers came back, ${String(inside)} of ${String(kills)} kills inside the rewriting, seed ${String(seed)}`,
    };
  } finally {
    for (const browser of devices) await browser.close().catch(() => undefined);
    await world.relay.kill();
    await folder.remove();
  }
}

/** Her and others, again and again, from a device that has nothing else to do. */
async function shareImports({ relay, owner }: World, imports: number): Promise<void> {
  const cookie = await signIn(owner, relay.url);
  const device = createLogDevice({ name: 'writer', relay: relayAs(() => relay.url, cookie), now: Date.now });
  const rows = [...Array.from({ length: OTHERS }, (_, at) => other(at)), HERS];
  for (let made = 0; made < imports; made += 1) await device.import(rows);
  if ((await device.share()) !== 'current') throw new Error('the imports could not be shared');
  await device.wipe();
}

/** As a second device: by a link, then everything that the team has. */
async function joinBy(page: Page, { owner, relay }: World): Promise<void> {
  const { token } = (await (await owner.call('POST', '/api/links')).json()) as { token: string };
  await page.goto(`${relay.url}/sign-in#${token}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/contacts');
  await page.getByRole('gridcell', { name: 'Evelyn Canary' }).first().waitFor({ timeout: LIMIT_MS });
  await page.getByRole('button', { name: 'Shared with the team' }).waitFor({ timeout: LIMIT_MS });
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** Answers how many of the kills found the relay at its rewriting: it says so again after the start. */
async function eraseAndKill(world: World, kills: number, dice: Dice): Promise<number> {
  const headers = { 'idempotency-key': randomBytes(12).toString('hex') };
  const answer = await world.owner.call('POST', '/api/erasures', { contacts: [EVE] }, headers);
  if (answer.status !== 202) throw new Error(`erasing was answered ${String(answer.status)}`);
  let inside = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(dice.below(120));
    await world.relay.kill();
    await world.restart();
    if ((await world.owner.call('GET', '/api/log')).status !== 200) inside += 1;
  }
  const deadline = Date.now() + LIMIT_MS;
  while ((await world.owner.call('GET', '/api/log')).status !== 200) {
    if (Date.now() > deadline) throw new Error('the erasure does not come to an end');
    await sleep(50);
  }
  return inside;
}

async function comeBack(page: Page, { relay }: World): Promise<readonly string[]> {
  const problems: string[] = [];
  await page.goto(`${relay.url}/contacts`);
  await page.getByText('Evelyn Canary').first().waitFor({ state: 'detached', timeout: LIMIT_MS });
  await page.getByRole('button', { name: 'Shared with the team' }).waitFor({ timeout: LIMIT_MS });
  // The last steps of letting go may follow what the page shows.
  const deadline = Date.now() + LIMIT_MS / 2;
  let found = await findInOrigin(page, WORDS);
  while (found.length > 0 && Date.now() < deadline) found = await findInOrigin(page, WORDS);
  for (const one of found) problems.push(`a returned device holds ${one}`);
  // Of the import only she is gone: the other in it reaches both.
  const expected = OTHERS + 1;
  let total = await contactTotal(page);
  for (; total !== expected && Date.now() < deadline; total = await contactTotal(page)) await sleep(100);
  if (total !== expected) problems.push(`${String(total)} contacts on a returned device, not ${String(expected)}`);
  return problems;
}

/** Before: a reader that finds nothing there proves nothing after. */
async function isRead(what: string, page: Page, words: readonly string[]): Promise<readonly string[]> {
  const found = await findInOrigin(page, [...WORDS, ...words]);
  return words
    .filter((word) => !found.some((one) => one.endsWith(`: ${word}`)))
    .map((word) => `before the erasure the reader does not find ${word} on the device with ${what}`);
}

/** The same reader, one place after the other: what it does not find, it could not have found before. */
async function putBack(page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [at, place] of ORIGIN_PLACES.entries()) {
    const word = `by-hand-${String(at)}-${SPELLED}`;
    await putInOrigin(page, place, word);
    const found = await findInOrigin(page, [word]);
    if (found.length !== 1) problems.push(`put back by hand as a ${place}, she is not found on a device`);
  }
  return problems;
}

async function putBackAtRelay(data: string): Promise<readonly string[]> {
  const problems: string[] = [];
  if (canariesIn(await readFolder(data)).length > 0) problems.push('she came back to the relay as it ended');
  const file = readdirSync(data).find((name) => name.endsWith('.sqlite')) ?? '';
  const database = new Database(join(data, file));
  database.pragma('journal_mode = WAL');
  database.prepare("UPDATE members SET name = 'Evelyn Canary'").run();
  // Not yet in the database itself: it lies in the journal beside it.
  if (!canariesIn(await readFolder(data)).includes('Evelyn Canary'))
    problems.push('put back as a row, she is not found at the relay');
  database.close();
  writeFileSync(join(data, 'blocks', 'by-hand'), deflateRawSync(JSON.stringify({ keyValue: ['U-EVE'] })));
  if (!canariesIn(await readFolder(data)).includes('U-EVE'))
    problems.push('put back as a block, she is not found at the relay');
  return problems;
}
