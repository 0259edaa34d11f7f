/** The relay's files are written over by an older copy, in place, and others push before who knows better comes. */
import { readdir, readFile, writeFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBlocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';
import { rowOf } from '#tests/builders/blocks';
import { createLogDevice, type LogDevice } from '#tests/builders/log-device';
import type { LogClient } from '#tests/builders/log-relay';
import { storeLogClient } from '#tests/builders/store-log-client';
import { START, WORKSPACE } from '#tests/builders/store-rows';

let folder: string;
let store: RelayStore;
let relay: LogClient;
const devices: LogDevice[] = [];

function start(): void {
  store = createSqliteStore(join(folder, 'data', 'relay.sqlite'));
  relay = storeLogClient(store, createBlocks({ store, files: createFolderBlockFiles(join(folder, 'blocks')) }));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcast-put-back-'));
  start();
});
afterEach(async () => {
  await store.close();
  for (const device of devices.splice(0)) await device.wipe();
  await rm(folder, { recursive: true });
});

function openDevice(name: string): LogDevice {
  const client = new Proxy({} as LogClient, { get: (_, method: keyof LogClient) => relay[method] });
  const device = createLogDevice({ name, relay: client, now: () => START });
  devices.push(device);
  return device;
}

/** Into the files that are there: their numbers stay. */
async function writeOver(from: string, into: string): Promise<void> {
  await mkdir(join(folder, into), { recursive: true });
  for (const name of await readdir(join(folder, from)))
    await writeFile(join(folder, into, name), await readFile(join(folder, from, name)));
}

async function putBack(backup: string): Promise<void> {
  await store.close();
  await writeOver(backup, 'data');
  start();
}

async function backUp(backup: string): Promise<void> {
  await store.close();
  await writeOver('data', backup);
  start();
}

/** As the stream's first event says it. */
async function shareAsSaid(device: LogDevice): Promise<void> {
  const log = await store.lastPosition(WORKSPACE);
  const lastEntry = await store.entryAt(WORKSPACE, log);
  const said = { incarnation: await store.incarnation(), log, ...(lastEntry && { lastEntry }) };
  expect(await device.share(said)).toBe('current');
}

const change = (device: LogDevice, at: number) => device.change(rowOf('phone', `+42077700010${String(at)}`, {}));
const idsOf = async (device: LogDevice) => (await device.ids()).toSorted();

test.for([1, 2, 3])(
  '[SYN-8] its log has come to the same place, or another, by %i other entries: all learn of it, and nothing is lost',
  async (others) => {
    const [one, other, late] = [openDevice('one'), openDevice('other'), openDevice('late')];
    await change(one, 0);
    for (const device of [one, other, late]) await shareAsSaid(device);
    await backUp('backup');
    // Two entries that the backup has not: one pulled by both, one whose writer has not seen it again.
    await change(one, 1);
    await shareAsSaid(one);
    await shareAsSaid(other);
    await change(one, 2);
    await shareAsSaid(one);
    const before = await store.incarnation();

    await putBack('backup');
    expect(await store.incarnation()).toBe(before);
    for (let at = 0; at < others; at += 1) await change(late, 3 + at);
    await shareAsSaid(late);
    for (const device of [other, one, late, other, one]) await shareAsSaid(device);
    expect(await store.incarnation()).not.toBe(before);
    const all = await idsOf(one);
    expect(all).toHaveLength(3 + others);
    for (const device of [other, late]) expect(await idsOf(device)).toEqual(all);
    expect(await store.lastPosition(WORKSPACE)).toBe(all.length);
  },
);

test('[SYN-8] what a device had pushed and not pulled yet is offered again', async () => {
  const [one, other] = [openDevice('one'), openDevice('other')];
  await change(one, 0);
  for (const device of [one, other]) await shareAsSaid(device);
  for (const device of [one, other]) await shareAsSaid(device);
  await backUp('backup');
  await change(one, 1);
  await shareAsSaid(one);
  await putBack('backup');
  await shareAsSaid(one);
  await shareAsSaid(other);
  expect(await idsOf(other)).toEqual(await idsOf(one));
  expect(await store.entryAt(WORKSPACE, 2)).toBeDefined();
});

test('[SYN-8] a copy of the files that lacks nothing is the same incarnation', async () => {
  const one = openDevice('one');
  await change(one, 0);
  await shareAsSaid(one);
  await shareAsSaid(one);
  const before = await store.incarnation();
  await backUp('backup');
  await shareAsSaid(one);
  await putBack('backup');
  await shareAsSaid(one);
  expect(await store.incarnation()).toBe(before);
});

test('[SYN-8] what a device knows of a store of before does not make this one another', async () => {
  const [one, other, late] = [openDevice('one'), openDevice('other'), openDevice('late')];
  await change(one, 0);
  for (const device of [one, other, late]) await shareAsSaid(device);
  await backUp('backup');
  await change(one, 1);
  for (const device of [one, other]) await shareAsSaid(device);
  await putBack('backup');
  await change(late, 2);
  await shareAsSaid(late);
  await shareAsSaid(one);
  const after = await store.incarnation();
  await backUp('another');
  await shareAsSaid(other);
  expect(await store.incarnation()).toBe(after);
  expect(await idsOf(other)).toEqual(await idsOf(one));
});
