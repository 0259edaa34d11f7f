import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { msOfTime } from '#log/time';
import { createLogRelay } from '#tests/builders/log-relay';
import { meet, openTeamDevice } from '#tests/builders/team-device';

const NOW = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const PHONE = '+420777123456';

/** Both know Ana. From then on one clock is wrong, for three days without a network. */
async function threeDaysWith(errorMs: number) {
  const relay = createLogRelay();
  const sound = await openTeamDevice(relay.client, 'sound', NOW);
  const wrong = await openTeamDevice(relay.client, 'wrong', NOW);
  await sound.import([{ phone: PHONE, name: 'Ana' }]);
  await meet(sound, wrong);
  const ana = await sound.named('Ana');
  wrong.clock.nowMs = NOW + errorMs;
  const written = [];
  for (const name of ['first', 'second', 'third']) {
    written.push(await wrong.edit(ana.id, { name }));
    wrong.clock.nowMs += DAY_MS;
  }
  const backMs = NOW + 3 * DAY_MS;
  for (const clock of [relay, sound.clock]) clock.nowMs = backMs;
  return { relay, sound, wrong, ana, written, backMs };
}

const WRONG: readonly (readonly [string, number])[] = [
  ['ten minutes ahead', 10 * 60_000],
  ['a year ahead', 365 * DAY_MS],
  ['at 1970', -NOW],
  ['a day behind', -DAY_MS],
];

describe('case 10: a clock that is wrong', () => {
  test.each(WRONG)(
    '[SYN-3] %s: what is pending is restamped in order, later than all it had seen; none stalls',
    async (_, errorMs) => {
      const { relay, sound, wrong, written, backMs } = await threeDaysWith(errorMs);
      const seen = relay.entries.at(-1)?.time ?? 0;
      expect(await wrong.share()).toBe('current');
      expect(await wrong.sharing.counts()).toEqual({ pending: 0, refused: 0 });
      const came = relay.entries.filter(({ device }) => device === 'wrong');
      expect(came.map(({ id }) => id)).toEqual(written);
      const times = came.map(({ time }) => time);
      expect(times).toEqual([...new Set(times)].toSorted((one, other) => one - other));
      expect(times[0]).toBeGreaterThan(seen);
      for (const time of times) expect(msOfTime(time)).toBeLessThanOrEqual(backMs + 60_000);
      await sound.share();
      for (const device of [sound, wrong])
        expect((await device.people()).map(({ cells }) => cells.name)).toEqual(['third']);
    },
  );

  test.each(WRONG)(
    '[SYN-3] %s: a colleague’s later edit is not beaten, before the meeting or after it',
    async (_, errorMs) => {
      const { relay, sound, wrong, ana, backMs } = await threeDaysWith(errorMs);
      // Later than the three by the true time, though not by the wrong clock.
      await sound.edit(ana.id, { name: 'later' });
      for (const clock of [relay, sound.clock, wrong.clock]) clock.nowMs += 60_000;
      await meet(sound, wrong);
      await meet(wrong, sound);
      for (const device of [sound, wrong])
        expect((await device.people()).map(({ cells }) => cells.name)).toEqual(['later']);
      // The wrong clock stays wrong; what it writes now has the right time, and what comes after it stands.
      await wrong.edit(ana.id, { name: 'by the wrong clock' });
      for (const clock of [relay, sound.clock, wrong.clock]) clock.nowMs += 60_000;
      await meet(wrong, sound);
      expect(msOfTime(relay.entries.at(-1)?.time ?? 0)).toBeLessThan(backMs + 5 * 60_000);
      await sound.edit(ana.id, { name: 'after it' });
      await meet(sound, wrong);
      for (const device of [sound, wrong])
        expect((await device.people()).map(({ cells }) => cells.name)).toEqual(['after it']);
    },
  );

  test('[SYN-3] ahead for a day and right again: nothing waits for that day to pass', async () => {
    const relay = createLogRelay();
    const one = await openTeamDevice(relay.client, 'one', NOW + DAY_MS);
    await one.import([{ phone: PHONE, name: 'Ana' }]);
    const ana = await one.named('Ana');
    await one.edit(ana.id, { name: 'ahead' });
    one.clock.nowMs = NOW;
    await one.edit(ana.id, { name: 'right again' });
    expect(await one.share()).toBe('current');
    expect(relay.entries).toHaveLength(3);
    for (const { time } of relay.entries) expect(msOfTime(time)).toBeLessThanOrEqual(NOW + 1);
    expect((await one.people()).map(({ cells }) => cells.name)).toEqual(['right again']);
  });
});
