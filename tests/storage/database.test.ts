import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { Channel } from '#domain/channel';
import type { ChannelCode, DeviceId, WorkspaceId } from '#domain/ids';
import { createChannelCache } from '#storage/channel-cache';
import { createDatabase, wipeDatabase } from '#storage/database';
import { isStorageFull, openFailure } from '#storage/failure';
import { createMetaStore } from '#storage/meta-store';
import { createWorkspaceRegistry } from '#storage/workspaces';
import { testDatabase } from './workspace.ts';

const channel = (code: string): Channel => ({
  code: code as ChannelCode,
  name: code,
  type: 'email',
  platform: 'smtp',
  settings: {},
});

test('workspaces do not see each other, and wiping one leaves the others', async () => {
  const [one, other] = [testDatabase(), testDatabase()];
  await createMetaStore(one.db).set('country', 'CZ');
  expect(await createMetaStore(other.db).get('country')).toBeUndefined();
  await createMetaStore(other.db).set('country', 'CN');
  one.db.close();
  await wipeDatabase(one.id);
  expect(await createMetaStore(createDatabase(one.id)).get('country')).toBeUndefined();
  expect(await createMetaStore(other.db).get('country')).toBe('CN');
});

test('a database is strict, so that "saved on this device" survives a power cut', () => {
  expect(
    (testDatabase().db as unknown as { _options: { chromeTransactionDurability: string } })._options
      .chromeTransactionDurability,
  ).toBe('strict');
});

test('channels of the last visit replace those before', async () => {
  const cache = createChannelCache(testDatabase().db);
  await cache.replace([channel('a'), channel('b')]);
  await cache.replace([channel('b'), channel('c')]);
  await cache.put({ ...channel('c'), name: 'Renamed' });
  await cache.remove('b' as ChannelCode);
  expect((await cache.list()).map((found) => found.name)).toEqual(['Renamed']);
});

test('two tabs at the first start begin one workspace', async () => {
  const row = (id: string, openedAt: number) => ({
    id: id as WorkspaceId,
    name: id,
    salt: 'AAAA',
    device: 'd' as DeviceId,
    createdAt: 1,
    openedAt,
  });
  const [one, other] = [createWorkspaceRegistry(), createWorkspaceRegistry()];
  const begun = await Promise.all([one.begin(row('w1', 1)), other.begin(row('w2', 2))]);
  expect(new Set(begun.map((found) => found.id)).size).toBe(1);
  await one.change(begun[0].id, { name: 'Spring fair' });
  expect((await other.list()).map((found) => found.name)).toEqual(['Spring fair']);
  await one.remove(begun[0].id);
  expect(await other.list()).toEqual([]);
});

describe('failures have a name', () => {
  const quota = Object.assign(new Error('full'), { name: 'QuotaExceededError' });

  test('a full storage is found where Dexie hides it', () => {
    expect(isStorageFull(quota)).toBe(true);
    expect(isStorageFull(Object.assign(new Error(), { name: 'AbortError', inner: quota }))).toBe(true);
    expect(
      isStorageFull(Object.assign(new Error(), { name: 'BulkError', inner: { name: 'AbortError', inner: quota } })),
    ).toBe(true);
    for (const other of [undefined, null, 'full', new Error('QuotaExceededError'), { inner: {} }])
      expect(isStorageFull(other)).toBe(false);
  });

  test('a circle of causes ends', () => {
    const circle: { inner?: unknown } = {};
    circle.inner = circle;
    expect(isStorageFull(circle)).toBe(false);
  });

  test.each([
    ['storageFull', { name: 'OpenFailedError', inner: quota }],
    ['newerVersion', { name: 'VersionError' }],
    ['storageBlocked', { name: 'OpenFailedError', inner: { name: 'InvalidStateError' } }],
    ['storageBlocked', { name: 'MissingAPIError' }],
    ['unknown', new Error('disk')],
  ])('%s', (expected, error) => {
    expect(openFailure(error)).toBe(expected);
  });
});
