/**
 * A second device on the built app in Chromium. Joining: from the tap on "Sign in" of the link until the list has all
 * 1,000,000 contacts and a search among them is answered; bytes are all that went over the line meanwhile, the app's
 * files among them. Coming back: a device that has all and was offline, with nothing new anywhere; every byte both ways,
 * headers, stream and socket, until the line is quiet.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { CommitBody } from '#log/types';
import { openBrowser, type BrowserOnProfile } from '../builders/browser.ts';
import { startCountingProxy, type CountingProxy } from '../builders/counting-proxy.ts';
import { group } from '../builders/entries.ts';
import { buildLargeLog } from '../builders/large-log.ts';
import { contactTotal } from '../builders/pages.ts';
import { createRelayClient, type RelayClient } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { median } from './median.ts';

const CONTACTS = 1_000_000;
const FEW = 1_000;
const ROUNDS = 3;
const JOIN_LIMIT_MS = 180_000;
/** Nothing more comes after that long: pauses between a device's requests are far shorter. */
const QUIET_MS = 3_000;

export function benchJoin(): Promise<Record<string, number>> {
  return withTeam(CONTACTS, async ({ joinTeam }) => {
    const seconds: number[] = [];
    const megabytes: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const joined = await joinTeam();
      seconds.push(joined.seconds);
      megabytes.push(joined.bytes / 1e6);
      await joined.browser.close();
    }
    return { 'join.1m.seconds': median(seconds), 'join.1m.mb': median(megabytes) };
  });
}

export function benchReconnect(): Promise<Record<string, number>> {
  return withTeam(FEW, async ({ joinTeam, line }) => {
    const { browser } = await joinTeam();
    const bytes: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) bytes.push(await comeBack(browser, line));
    await browser.close();
    return { 'reconnect.idle.bytes': median(bytes) };
  });
}

interface Team {
  readonly line: CountingProxy;
  /** On a new profile; the browser stays open. */
  readonly joinTeam: () => Promise<{
    readonly browser: BrowserOnProfile;
    readonly seconds: number;
    readonly bytes: number;
  }>;
}

async function withTeam<Value>(contacts: number, run: (team: Team) => Promise<Value>): Promise<Value> {
  const folder = await temporaryFolder('bench-join');
  let port = 0;
  const line = await startCountingProxy(() => port);
  const relay = await startRelay({ data: join(folder.path, 'data'), env: { FIELDCAST_URL: line.url } });
  port = Number(new URL(relay.url).port);
  try {
    const owner = createRelayClient(line.url);
    await owner.claim(relay.claimToken ?? '');
    const active = await fill(owner, contacts);
    let devices = 0;
    const joinTeam: Team['joinTeam'] = async () => {
      const { token } = (await (await owner.call('POST', '/api/links')).json()) as { token: string };
      devices += 1;
      const browser = await openBrowser(join(folder.path, `profile-${String(devices)}`));
      const before = line.bytes();
      await browser.page.goto(`${line.url}/sign-in#${token}`);
      const signIn = browser.page.getByRole('button', { name: 'Sign in' });
      await signIn.waitFor();
      const started = performance.now();
      await signIn.click();
      await searchable(browser.page, active);
      return { browser, seconds: (performance.now() - started) / 1_000, bytes: line.bytes() - before };
    };
    return await run({ line, joinTeam });
  } finally {
    await relay.stop();
    await line.close();
    await folder.remove();
  }
}

/** What a first device would have shared: one import. Answers the user IDs of those who are active, as the list shows them. */
async function fill(owner: RelayClient, contacts: number): Promise<readonly string[]> {
  const { entries, blocks, people } = await buildLargeLog({ contacts, changes: 0, seed: 1, group: group('Fair') });
  const must = async (answer: Promise<Response>) => {
    const { ok, status } = await answer;
    if (!ok) throw new Error(`the relay answered ${String(status)}`);
  };
  const refs = entries.flatMap(({ body }) => (body.kind === 'commit' ? (body as CommitBody).blocks : []));
  for (const { id, hash } of refs)
    await must(owner.call('PUT', `/api/blocks/${id}`, blocks.get(id), { 'x-block-hash': hash }));
  const device = entries[0]?.device;
  await must(owner.call('POST', '/api/log', { device, cursor: 0, entries }));
  return (people.userId ?? []).filter((_, row) => people.status?.[row] !== 'inactive');
}

/** All of them are listed, and one of them is found. */
async function searchable(page: Page, active: readonly string[]): Promise<void> {
  await page.waitForURL('**/contacts');
  const deadline = Date.now() + JOIN_LIMIT_MS;
  while ((await contactTotal(page)) !== active.length) {
    if (Date.now() > deadline) throw new Error(`not all of ${String(active.length)} contacts arrived`);
    await sleep(50);
  }
  await page.getByRole('searchbox').fill(active.at(-1) ?? '');
  const grid = page.getByRole('grid');
  while ((await grid.getAttribute('aria-rowcount')) !== '2') await sleep(20);
}

async function comeBack({ context }: BrowserOnProfile, line: CountingProxy): Promise<number> {
  while (line.quietMs() < QUIET_MS) await sleep(100);
  await context.setOffline(true);
  line.cut();
  await sleep(QUIET_MS);
  const before = line.bytes();
  line.mend();
  await context.setOffline(false);
  while (line.bytes() === before || line.quietMs() < QUIET_MS) await sleep(100);
  return line.bytes() - before;
}
