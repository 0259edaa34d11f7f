import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { createLogRelay } from '#tests/builders/log-relay';
import { group } from '#tests/builders/entries';
import { meet, openTeamDevice, type TeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const [P1, P2] = ['+420777000001', '+420777000002'] as const;
const VIP = group('VIP');

/** Li has P1 on both devices; then A, by hand, changes it to P2. */
async function liHasMoved() {
  const relay = createLogRelay();
  const a = await openTeamDevice(relay.client, 'a', TEN);
  const b = await openTeamDevice(relay.client, 'b', TEN);
  await a.import([{ phone: P1, name: 'Li', email: 'li@x' }], { groups: [VIP] });
  await meet(a, b);
  const li = await a.named('Li');
  a.clock.nowMs = TEN + 5 * MINUTE_MS;
  await a.edit(li.id, { phone: P2 });
  return { relay, a, b, li };
}

/** Everything of Li's is his, Novak is new, and Li imported again with P2 is Li. */
async function expectTwoPeople(devices: readonly TeamDevice[], li: { readonly id: string }): Promise<void> {
  for (const device of devices) {
    expect(await device.people()).toHaveLength(2);
    expect(await device.named('Li')).toMatchObject({
      id: li.id,
      cells: { phone: P2, name: 'Li', email: 'li@x' },
      groups: [VIP],
    });
    const novak = await device.named('Novak');
    expect(novak.cells).toEqual({ phone: P1, name: 'Novak' });
    expect(novak.id).not.toBe(li.id);
    expect(novak.groups).not.toContain(VIP);
  }
  for (const device of devices) {
    const { figures } = await device.import([{ phone: P2, name: 'Li', city: 'Brno' } as never]);
    expect(figures).toMatchObject({ new: 0 });
  }
  await meet(...devices);
  for (const device of devices) {
    expect(await device.people()).toHaveLength(2);
    expect((await device.named('Li')).id).toBe(li.id);
  }
}

describe('case 7: a phone changes hands', () => {
  test('[SYN-4] (a) P1 is imported for Novak on the device that knows of the change', async () => {
    const { relay, a, b, li } = await liHasMoved();
    a.clock.nowMs = TEN + 10 * MINUTE_MS;
    expect((await a.import([{ phone: P1, name: 'Novak' }])).figures).toMatchObject({ new: 1, changed: 0 });
    for (const clock of [relay, a.clock, b.clock]) clock.nowMs = TEN + 20 * MINUTE_MS;
    await meet(a, b);
    await expectTwoPeople([a, b], li);
  });

  test.each(['A shares first', 'B shares first'])(
    '[SYN-4] (b) P1 is imported for Novak on a device that has not seen the change; %s',
    async (first) => {
      const { relay, a, b, li } = await liHasMoved();
      b.clock.nowMs = TEN + 10 * MINUTE_MS;
      // For all that B knows, Novak is Li's new name.
      expect((await b.import([{ phone: P1, name: 'Novak' }])).figures).toMatchObject({ new: 0, changed: 1 });
      for (const clock of [relay, a.clock, b.clock]) clock.nowMs = TEN + 20 * MINUTE_MS;
      const devices = first === 'A shares first' ? [a, b] : [b, a];
      await meet(...devices);
      await expectTwoPeople(devices, li);
    },
  );
});
