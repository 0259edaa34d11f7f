import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitBody } from '#log/types';
import { createRelayClient, type RelayClient } from '#sync/relay-client';
import { SESSION_COOKIE } from '#relay/auth/session-cookie';
import { openTeamDevice, type TeamDevice } from '#tests/builders/team-device';
import { cookieOf, createRelayFixture, ORIGIN, type RelayFixture } from '#tests/relay/http-fixture';

const DAY_MS = 86_400_000;
const ROWS = Array.from({ length: 40 }, (_, at) => ({ phone: `+4207${String(at).padStart(8, '0')}`, name: 'x' }));

let relay: RelayFixture;
let admin: TeamDevice;
let adminsRelay: RelayClient;
let phone: TeamDevice;
/** Blocks that the phone's network still lets through. */
let left = Infinity;

const clientWith = (cookie: () => string) =>
  createRelayClient({
    fetch: (path, init) => {
      const headers = { ...(init?.headers as Record<string, string>), origin: ORIGIN };
      const asked = { ...init, headers: { ...headers, cookie: `${SESSION_COOKIE}=${cookie()}` } };
      return Promise.resolve(relay.app.request(`${ORIGIN}${String(path)}`, asked));
    },
  });

let adminsCookie = '';
let phonesCookie = '';

/** By a link that the admin makes; a session ends 30 days after its last use. */
async function signInPhone(): Promise<void> {
  const made = await relay.ask('POST', '/api/links', { cookie: adminsCookie });
  const { token } = (await made.json()) as { token: string };
  phonesCookie = cookieOf(await relay.ask('POST', '/api/sign-in', { json: { token } })) ?? '';
}

beforeEach(async () => {
  relay = await createRelayFixture();
  adminsCookie = await relay.claim();
  await signInPhone();
  adminsRelay = clientWith(() => adminsCookie);
  admin = await openTeamDevice(adminsRelay, 'laptop', relay.clock.now);
  const phonesRelay = clientWith(() => phonesCookie);
  const putBlock: RelayClient['putBlock'] = (...block) =>
    (left -= 1) < 0 ? Promise.resolve({ kind: 'unreachable' }) : phonesRelay.putBlock(...block);
  phone = await openTeamDevice({ ...phonesRelay, putBlock }, 'phone', relay.clock.now);
  left = Infinity;
  // So that the relay knows the phone's device.
  await phone.import([{ phone: '+420777123456', name: 'Ana' }]);
  await phone.share();
});
afterEach(() => relay.close());

/** The admin looks in every day. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    relay.clock.now += DAY_MS;
    await adminsRelay.session();
  }
  for (const { clock } of [admin, phone]) clock.nowMs = relay.clock.now;
}

/** Four blocks, of which two arrive; then the phone dies. */
async function importHalf() {
  const { entry } = await phone.import(ROWS, { slice: 10 });
  left = 2;
  expect(await phone.share()).toBe('unreachable');
  return entry;
}

const names = async () => (await admin.people()).map(({ cells }) => cells.name);
const uploads = async () => {
  const answer = await adminsRelay.uploads();
  return answer.kind === 'answer' ? answer.value.uploads : undefined;
};

describe('case 11: a block that never came', () => {
  test('[SYN-9] nobody sees the import; it is listed as waiting for that device', async () => {
    const entry = await importHalf();
    await admin.share();
    expect(await names()).toEqual(['Ana']);
    expect(await uploads()).toMatchObject([{ entry, device: 'phone', blocks: 2 }]);
  });

  test('[SYN-3] an admin undoes it; the blocks that no entry names go after 30 days; it stays undone if the phone comes back', async () => {
    const entry = await importHalf();
    await admin.share();
    await admin.undo(entry);
    expect(await admin.share()).toBe('current');
    await pass(29);
    expect(await relay.blocks.removeLoose(relay.clock.now)).toBe(0);
    await pass(2);
    expect(await relay.blocks.removeLoose(relay.clock.now)).toBe(2);
    expect(await uploads()).toEqual([]);
    left = Infinity;
    expect(await phone.share()).toBe('signedOut');
    await signInPhone();
    expect(await phone.share()).toBe('current');
    await admin.share();
    expect(await names()).toEqual(['Ana']);
    expect((await phone.people()).map(({ cells }) => cells.name)).toEqual(['Ana']);
  });

  test('[SYN-3] the phone comes back after 20 days, and the import completes with the blocks that were lacking', async () => {
    await importHalf();
    await admin.share();
    await pass(20);
    expect(await relay.blocks.removeLoose(relay.clock.now)).toBe(0);
    left = 2;
    expect(await phone.share()).toBe('current');
    expect(left).toBe(0);
    await admin.share();
    expect(await names()).toHaveLength(41);
    expect(await uploads()).toEqual([]);
  });

  test('[SYN-3] it comes back after the blocks have gone: all of them are sent again', async () => {
    await importHalf();
    await pass(31);
    expect(await relay.blocks.removeLoose(relay.clock.now)).toBe(2);
    left = 4;
    await signInPhone();
    expect(await phone.share()).toBe('current');
    expect(left).toBe(0);
    await admin.share();
    expect(await names()).toHaveLength(41);
  });

  test('[SYN-3] blocks that are lost on the phone itself: the import waits, and nothing after it is pushed over it', async () => {
    await phone.edit((await phone.named('Ana')).id, { name: 'before' });
    const before = (await phone.entries.after(0, 100)).length;
    await phone.import(ROWS, { slice: 10 });
    await phone.edit((await phone.named('before')).id, { name: 'after' });
    const [commit] = (await phone.entries.after(0, 100)).slice(before);
    const { blocks = [] } = (commit?.entry.body ?? {}) as Partial<CommitBody>;
    await phone.blocks.remove(blocks.slice(1, 2).map(({ id }) => id));
    expect(await phone.share()).toBe('waiting');
    expect(await phone.sharing.counts()).toEqual({ pending: 2, refused: 0 });
    await admin.share();
    expect(await names()).toEqual(['before']);
  });
});
