/**
 * A real relay killed again and again while three devices push entries and blocks: what was acknowledged is there at
 * the end, once, and what was not can be pushed again without harm.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timeFromMs } from '#log/time';
import type { LogPage, PushAnswer } from '#protocol/log';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';
import { sha256 } from './http-fixture.ts';

const KILLS = 6;
const WORKSPACE = { id: 'workspace-of-a-test-01', name: 'Test', salt: 'AAECAwQFBgcICQoLDA0ODw' };

let data = '';
let removeFolder: () => Promise<void>;
let relay: RelayProcess;
beforeEach(async () => {
  const folder = await temporaryFolder('process-log-kills');
  ({ path: data, remove: removeFolder } = folder);
  relay = await startRelay({ data });
});
afterEach(async () => {
  await relay.kill();
  await removeFolder();
});

/** Undefined where no whole answer came: whether the relay took it is not known. */
async function ask(cookie: string, method: string, path: string, body?: unknown, headers = {}) {
  const content = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const init = {
    method,
    signal: AbortSignal.timeout(10_000),
    headers: { origin: relay.url, cookie, ...headers },
    ...(content !== undefined && { body: content }),
  };
  try {
    const answer = await fetch(`${relay.url}${path}`, init);
    return { status: answer.status, cookie: answer.headers.getSetCookie(), text: await answer.text() };
  } catch {
    return undefined;
  }
}

async function open(path: string, cookie: string, body: object): Promise<string> {
  const answer = await ask(cookie, 'POST', path, body);
  expect(answer?.status).toBe(200);
  return answer?.cookie[0]?.split(';')[0] ?? '';
}

/** Three sessions of the owner, each for a device of its own. */
async function signInThrice(): Promise<string[]> {
  const claim = { token: relay.claimToken, workspace: WORKSPACE, memberName: 'Owner' };
  const first = await open('/api/claim', '', claim);
  const another = async () => {
    const { token } = JSON.parse((await ask(first, 'POST', '/api/links'))?.text ?? '{}') as { token: string };
    return open('/api/sign-in', '', { token });
  };
  return [first, await another(), await another()];
}

const entryOf = (id: string, device: string, body: object) => ({
  ...{ id, device, format: 1, body },
  time: timeFromMs(Date.now()),
});

/** Pushes a block, the commit that names it and two changes, again until answered, over and over. */
async function work(cookie: string, device: string, isOver: () => boolean, onAcknowledged: () => void) {
  const acknowledged = { entries: [] as string[], blocks: [] as string[] };
  const until = async (attempt: () => Promise<boolean>) => {
    while (!(await attempt())) await sleep(20);
  };
  for (let turn = 0; !isOver(); turn += 1) {
    const name = `${device}-${String(turn)}`;
    const rows = `rows of ${name} `.repeat(2_000);
    const hash = sha256(rows);
    await until(async () => {
      const put = await ask(cookie, 'PUT', `/api/blocks/${name}`, rows, { 'x-block-hash': hash });
      return put?.status === 200 || put?.status === 201;
    });
    acknowledged.blocks.push(name);
    onAcknowledged();
    const entries = [
      entryOf(`${name}-commit`, device, { kind: 'commit', blocks: [{ id: name, hash }] }),
      ...['a', 'b'].map((part) => entryOf(`${name}-${part}`, device, { kind: 'undo', of: name, undone: true })),
    ];
    await until(async () => {
      const pushed = await ask(cookie, 'POST', '/api/log', { device, cursor: 0, entries });
      if (pushed?.status !== 200) return false;
      const { results } = JSON.parse(pushed.text) as PushAnswer;
      expect(results.map(({ result }) => result)).not.toContain('refused');
      acknowledged.entries.push(...results.map(({ id }) => id));
      onAcknowledged();
      return true;
    });
    // The relay lets a session push fifty times a second.
    await sleep(15);
  }
  return acknowledged;
}

describe('kills', { timeout: 120_000 }, () => {
  it('[SYN-9] every acknowledged entry and block is there afterwards, once', async () => {
    const cookies = await signInThrice();
    let isOver = false;
    let killNow = () => {};
    const working = cookies.map((cookie, at) =>
      work(
        cookie,
        `device-${String(at)}`,
        () => isOver,
        () => killNow(),
      ),
    );
    const port = Number(new URL(relay.url).port);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(250 + Math.random() * 250);
      // In the very moment of an acknowledgement: what it promised has no time to be done afterwards.
      await new Promise<void>((resolve) => (killNow = resolve));
      await relay.kill();
      relay = await startRelay({ data, port });
    }
    isOver = true;
    const done = await Promise.all(working);
    const [cookie = ''] = cookies;

    const stored: string[] = [];
    for (let page: LogPage | undefined; page === undefined || page.more;) {
      const answer = await ask(cookie, 'GET', `/api/log?after=${String(page?.cursor ?? 0)}`);
      page = JSON.parse(answer?.text ?? '') as LogPage;
      expect(page.items.map(({ position }) => position)).toEqual(page.items.map((_, at) => stored.length + at + 1));
      stored.push(...page.items.map(({ entry }) => entry.id));
    }
    const entries = done.flatMap((device) => device.entries);
    expect(entries.length).toBeGreaterThan(3 * KILLS);
    expect(stored.toSorted()).toEqual([...new Set(stored)].toSorted());
    expect(entries.filter((id) => !stored.includes(id))).toEqual([]);
    for (const block of done.flatMap((device) => device.blocks)) {
      expect((await ask(cookie, 'GET', `/api/blocks/${block}`))?.text).toBe(`rows of ${block} `.repeat(2_000));
    }
  });
});
