/** A relay is put back from a backup from before an erasure, and a device that knows of it comes back first. */
import 'fake-indexeddb/auto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rowOf } from '#tests/builders/blocks';
import { EVE, PHONE } from '#tests/builders/erasure-world';
import { createLogDevice, type LogDevice } from '#tests/builders/log-device';
import { createRelayClient as createOwner, type RelayClient as Owner } from '#tests/builders/relay-client';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';
import { readFolder } from '#tests/builders/stored-files';
import { relayAs, signIn } from '#tests/prove/log-kills-relay';

const HER_NAME = 'Evelyn Canary';
const her = rowOf('phone', PHONE, { name: HER_NAME });
/** Her number, given to somebody else after she was erased. */
const newcomer = rowOf('phone', PHONE, { name: 'Newcomer' }, { generation: 1 });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let relay: RelayProcess;
let owner: Owner;
const devices: LogDevice[] = [];

beforeEach(async () => {
  folder = await temporaryFolder('put-back');
  relay = await startRelay({ data: join(folder.path, 'data') });
  owner = createOwner(relay.url);
  await owner.claim(relay.claimToken ?? '');
});
afterEach(async () => {
  await relay.stop();
  for (const device of devices.splice(0)) await device.wipe();
  await folder.remove();
});

async function openDevice(name: string): Promise<LogDevice> {
  const client = relayAs(() => relay.url, await signIn(owner, relay.url));
  const device = createLogDevice({ name, relay: client, now: Date.now });
  devices.push(device);
  return device;
}

const restart = async () => {
  relay = await startRelay({ data: join(folder.path, 'data'), port: Number(new URL(relay.url).port) });
};

/** While somebody is being erased the relay says that it is busy. */
async function share(device: LogDevice): Promise<void> {
  await expect.poll(() => device.share(), { timeout: 20_000 }).toBe('current');
}

const holds = (texts: readonly string[], name: string) => texts.some((text) => text.includes(name));

test('[CON-10] [SYN-8] erasures come back to it first, and nobody who was erased comes back with it', async () => {
  const one = await openDevice('one');
  const other = await openDevice('other');
  await one.import([her, rowOf('phone', '+420777000112', { name: 'Adam' })]);
  await other.change({ ...her, birth: false, cells: { email: 'eve@canary.example' } });
  for (const device of [one, other, one]) await share(device);
  await relay.stop();
  await cp(join(folder.path, 'data'), join(folder.path, 'backup'), { recursive: true });

  await restart();
  const erased = await owner.call('POST', '/api/erasures', { contacts: [EVE] }, { 'idempotency-key': 'erase-eve' });
  expect(erased.status).toBe(202);
  await share(other);
  await other.change(newcomer);
  await share(other);
  await relay.stop();
  await rm(join(folder.path, 'data'), { recursive: true });
  await cp(join(folder.path, 'backup'), join(folder.path, 'data'), { recursive: true });
  expect(holds(await readFolder(join(folder.path, 'data')), HER_NAME)).toBe(true);

  await restart();
  await share(other);
  expect(holds(await readFolder(join(folder.path, 'data')), HER_NAME)).toBe(false);
  const joined = await openDevice('joined');
  for (const device of [joined, one, other]) await share(device);
  const states = await Promise.all([one, other, joined].map((device) => device.state()));
  expect(new Set(states).size).toBe(1);
  for (const device of [one, other, joined]) {
    const texts = await device.texts();
    expect([holds(texts, HER_NAME), holds(texts, 'eve@canary')]).toEqual([false, false]);
    expect(holds(texts, 'Adam')).toBe(true);
    // Written in knowledge of the erasure, and offered again by the device that wrote it.
    expect(holds(texts, 'Newcomer')).toBe(true);
    expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
  }
}, 120_000);
