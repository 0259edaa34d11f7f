import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { DeviceId, EntryId } from '#domain/ids';
import type { EntryBody } from '#log/types';
import { createLogRelay } from '#tests/builders/log-relay';
import { meet, openTeamDevice, type TeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const WEEK_MS = 7 * 86_400_000;
/** As a version would write it that knows more kinds, and more cells, than this one. */
const OF_TOMORROW = { kind: 'of-tomorrow', about: ['Li', { deep: [1, 2] }] };

const unknownOn = async ({ entries }: TeamDevice) =>
  (await entries.after(0, 1_000)).map(({ entry }) => entry).filter(({ body }) => body.kind === 'of-tomorrow');

test('[SYN-3] besides: a device of an older version among new ones for weeks keeps what it does not know, and hinders nobody', async () => {
  const relay = createLogRelay();
  const newer = await openTeamDevice(relay.client, 'newer', TEN);
  const older = await openTeamDevice(relay.client, 'older', TEN);
  await newer.import([{ phone: '+420777000001', name: 'Li' }]);
  await meet(newer, older);
  const li = (await newer.named('Li')).id;
  for (let week = 0; week < 4; week += 1) {
    for (const clock of [relay, newer.clock, older.clock]) clock.nowMs += WEEK_MS;
    await newer.entries.add(
      {
        id: `tomorrow-${String(week)}` as EntryId,
        device: 'newer' as DeviceId,
        body: OF_TOMORROW as never as EntryBody,
      },
      newer.clock.nowMs,
    );
    await newer.edit(li, { 'x:of-tomorrow': `week ${String(week)}` });
    await older.edit(li, { name: `Li ${String(week)}` });
    expect(await older.share()).toBe('current');
    await meet(newer, older);
  }
  // Every one of them, as it was written, on both and at the relay.
  expect(await unknownOn(older)).toEqual(await unknownOn(newer));
  expect(await unknownOn(older)).toHaveLength(4);
  for (const { body } of await unknownOn(older)) expect(body).toEqual(OF_TOMORROW);
  expect((await newer.people())[0]?.cells.name).toBe('Li 3');
  expect(await older.people()).toEqual(await newer.people());
  // What it keeps it hands on: a relay put back from a backup gets it from whoever wrote it.
  relay.entries.splice(0);
  relay.incarnation = 'put back';
  await meet(older, newer, older);
  expect(relay.entries.filter(({ body }) => body.kind === 'of-tomorrow')).toHaveLength(4);
  for (const device of [newer, older]) expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
});
