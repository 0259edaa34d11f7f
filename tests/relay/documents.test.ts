/** Devices write into one document through a real relay in a process of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocumentDevice, until, type DocumentDevice } from '#tests/builders/document-device';
import { createRelayClient, type RelayClient } from '#tests/builders/relay-client';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';

let relay: RelayProcess;
let client: RelayClient;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const devices: DocumentDevice[] = [];

beforeAll(async () => {
  folder = await temporaryFolder('documents');
  relay = await startRelay({ data: folder.path });
  client = createRelayClient(relay.url);
  await client.claim(relay.claimToken ?? '');
}, 30_000);

afterAll(async () => {
  for (const device of devices) device.disconnect();
  await relay.stop();
  await folder.remove();
});

function device(): DocumentDevice {
  const made = createDocumentDevice(relay.url, client.cookie());
  devices.push(made);
  return made;
}

describe('a document at the relay', () => {
  test('[SYN-3] what two devices wrote apart is with both, and later changes come within a second', async () => {
    const [one, other] = [device(), device()];
    await Promise.all([one.isShared(), other.isShared()]);
    one.disconnect();
    other.disconnect();
    one.map.set('a/name', 'Expo');
    other.map.set('b/name', 'VIP');
    one.connect();
    other.connect();
    await until(() => one.map.has('b/name') && other.map.has('a/name'), 'both have both');
    await Promise.all([one.isShared(), other.isShared()]);

    const started = performance.now();
    one.map.set('c/name', 'Fair');
    await until(() => other.map.get('c/name') === 'Fair', 'the other has it');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('[SYN-9] shared is said only after every change was acknowledged, and stays true without a connection', async () => {
    const one = device();
    await one.isShared();
    one.map.set('d/name', 'Now');
    expect(one.sharing()).toBe('sharing');
    await one.isShared();
    one.disconnect();
    expect(one.sharing()).toBe('shared');
  });

  test('[SYN-8] the relay ends and starts again: devices come back by themselves and nothing is missing', async () => {
    const [one, other] = [device(), device()];
    await Promise.all([one.isShared(), other.isShared()]);
    const port = Number(new URL(relay.url).port);
    expect(await relay.stop()).toBe(0);
    one.map.set('e/name', 'While it was away');
    await until(() => one.sharing() === 'local', 'it is on this device alone');
    relay = await startRelay({ data: folder.path, port });
    await until(() => other.map.get('e/name') === 'While it was away', 'the other has it', 15_000);
    await one.isShared();
    const fresh = device();
    await until(() => fresh.map.size === one.map.size, 'a new device has all');
    expect(fresh.map.toJSON()).toEqual(one.map.toJSON());
  }, 40_000);
});
