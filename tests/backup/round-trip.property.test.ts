import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import { backupDevice, memoryRegistry, WORKSPACE } from '#tests/builders/backup-device';
import { anyHistory, type Written } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';

/** Pending entries are this device's, each with a time of its own: so its clock gives them. */
const asWritten = (history: readonly Written[]): Written[] =>
  history.map((written, at) =>
    written.entry.device === 'device-a'
      ? { ...written, entry: { ...written.entry, time: timeFromMs(2_000 + at) } }
      : written,
  );

test('[APP-4] a backup restored is the same set of entries and the same fold', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory.map(asWritten), async (history) => {
      const one = backupDevice(testDatabase().db);
      await one.put(history, ({ device, body }) =>
        device === 'device-a' && body.kind !== 'erasure' ? 'pending' : body.kind === 'undo' ? 'refused' : 'shared',
      );
      one.doc.getMap('groups').set('a/name', 'Fair');
      const file = await one.save();
      const other = backupDevice(testDatabase().db);
      expect(await other.restore(file)).toMatchObject({ kind: 'restored', entries: history.length });
      expect(await other.ids()).toEqual(await one.ids());
      expect(await other.fold()).toBe(await one.fold());
      expect(other.doc.getMap('groups').toJSON()).toEqual({ 'a/name': 'Fair' });
      for (const row of await other.all()) {
        const was = (await one.all()).find(({ id }) => id === row.id);
        expect(row.sharing).toBe(was?.sharing);
        const device = row.sharing === 'pending' ? ('device-new' as DeviceId) : was?.entry.device;
        expect(row.entry).toEqual({ ...was?.entry, device });
      }
      // Again, and it changes nothing.
      const before = await other.all();
      await other.restore(file, { registry: memoryRegistry([WORKSPACE]) });
      expect(await other.all()).toEqual(before);
    }),
    { numRuns: 40 },
  );
});
