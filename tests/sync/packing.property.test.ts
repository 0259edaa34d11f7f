/** Two devices and a relay that pack whenever chance has it: at the end all have the same entries, and fold the same. */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, type Written } from '#tests/builders/entries';
import { createLogRelay } from '#tests/builders/log-relay';
import { sharingDevice } from '#tests/merge-cases/sharing-device';
import { testDatabase } from '#tests/storage/workspace';

const LIMITS = { above: 2, keep: 1, least: 1, most: 4 };
const DEVICES = [0, 1] as const;

const anyStep = fc.record({
  who: fc.constantFrom(...DEVICES),
  then: fc.constantFrom('nothing', 'nothing', 'share', 'share', 'packHere', 'packThere', 'kill', 'putBack'),
  count: fc.integer({ min: 1, max: 5 }),
});

/** The relay alone writes erasures. */
const byMembers = ({ entry }: Written) => entry.body.kind !== 'erasure';

test(
  '[SYN-3] random histories, packed at random on relay and devices, come to the same everywhere',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.array(anyStep, { minLength: 30, maxLength: 30 }), async (history, steps) => {
        const relay = createLogRelay();
        const databases = DEVICES.map(() => testDatabase().db);
        const opened = (at: number) =>
          sharingDevice(databases[at] as (typeof databases)[number], relay.client, `device-${String(at)}`, 1);
        const devices = DEVICES.map(opened);
        const wait = () => {
          relay.nowMs += 10;
          for (const device of devices) device.now = relay.nowMs;
        };
        const written = history.filter(byMembers);
        for (const [at, { who, then, count }] of steps.entries()) {
          const device = devices[who] as (typeof devices)[number];
          wait();
          const next = written[at];
          if (next) await device.write(next);
          if (then === 'share') await device.share();
          if (then === 'packHere') await device.packs.packOld(LIMITS);
          if (then === 'packThere' && relay.unpacked() > 0) await relay.pack(count);
          if (then === 'putBack') {
            // From a backup: its newest entries are lost, and all of it is asked for again.
            relay.entries.splice(relay.entries.length - Math.min(count - 1, relay.unpacked()));
            relay.incarnation = `store-${String(at)}`;
          }
          if (then === 'kill') {
            // Its answers are lost from some request on.
            let answers = count;
            relay.fault = () => ((answers -= 1) < 0 ? 'lost' : 'none');
            await device.share();
            relay.fault = () => 'none';
            devices[who] = opened(who);
          }
        }
        wait();
        for (const device of [...devices, ...devices]) expect(await device.share()).toBe('current');

        const ids = written.map(({ entry }) => entry.id).sort();
        const [fold, ...folds] = await Promise.all(devices.map((device) => device.fold()));
        for (const device of devices) {
          expect((await device.all(3)).map(({ id }) => id).sort()).toEqual(ids);
          expect(await device.entries.count()).toBe(ids.length);
          expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
        }
        expect(relay.entries.map(({ id }) => id).sort()).toEqual(ids);
        for (const other of folds) expect(other).toBe(fold);
        // A new device, to which most of it comes packed.
        if (relay.unpacked() > 0) await relay.pack(relay.unpacked());
        const joined = sharingDevice(testDatabase().db, relay.client, 'joined', 1);
        joined.now = relay.nowMs;
        expect(await joined.share()).toBe('current');
        expect(await joined.fold()).toBe(fold);
      }),
      { numRuns: 10 },
    );
  },
);
