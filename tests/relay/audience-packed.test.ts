/** The audience at the relay, asked of the same log single, half packed and wholly packed, says the same. */
import { expect, test } from 'vitest';
import { decodeRecipients } from '#log/block';
import { createAudience } from '#relay/audience/audience';
import { createLog } from '#relay/log';
import { openAudienceRelay } from '#tests/builders/audience-relay';
import { birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, group, ids, merge, undo, type Written } from '#tests/builders/entries';
import { packLog } from '#tests/builders/pack-log';
import { WORKSPACE } from '#tests/builders/store-rows';

const FAIR = group('Fair');
const PEOPLE = Array.from({ length: 40 }, (_, at) => ({
  ...{ userId: `u${String(at)}`, phone: `+4206000000${String(at).padStart(2, '0')}`, 'consent:sms': 'given' as const },
}));
const byHand = (userId: string, cells: Record<string, string>, ms: number) =>
  change(rowOf('userId', userId, cells, { birth: false, cells }), { ms });

function historyOf(): readonly Written[] {
  const wrong = commit([[rowOf('userId', 'u3', { phone: '+420700000003', name: 'Wrong' })]], { ms: 3_000 });
  return [
    birthsOf(PEOPLE, 1_000, [FAIR]),
    ...PEOPLE.map(({ userId }, at) => byHand(userId, { name: `Person ${userId}` }, 2_000 + at)),
    wrong,
    byHand('u1', { phone: '+420700000001' }, 3_100),
    byHand('u2', { deleted: 'yes' }, 3_200),
    byHand('u4', { 'consent:sms': 'refused' }, 3_300),
    merge([ids.idOf('userId', 'u5', 0), ids.idOf('userId', 'u6', 0)], { ms: 3_400 }),
    undo(wrong.entry.id, { ms: 3_500 }),
    // Late: of a time before all that was packed first.
    byHand('u7', { name: 'Seven' }, 900),
    change(rowOf('userId', 'new', { phone: '+420700000099' }), { ms: 3_600 }, { joins: [FAIR] }),
  ];
}

test('[MSG-7] [CON-12] whom a message reaches, who somebody is and who is in the bin, packed or not', async () => {
  const relay = await openAudienceRelay();
  try {
    const history = historyOf();
    const half = history.length / 2;
    const audience = createAudience({ ...relay, log: createLog('error', { write: () => undefined }) });
    const asked = ['u1', 'u2', 'u3', 'u5', 'u6', 'new'].map((userId) => ids.idOf('userId', userId, 0));
    const request = {
      ...{ audience: { groups: [FAIR] }, existingGroups: [FAIR] },
      channel: { type: 'sms', settings: {} },
      content: { kind: 'text', text: 'Hello {{name}}' },
    } as const;
    const answers = async () => {
      const reached: string[] = [];
      const plan = await audience.resolve(WORKSPACE, request, async ({ bytes }) => {
        const decoded = await decodeRecipients(bytes);
        if (decoded.kind === 'decoded') reached.push(JSON.stringify(decoded.block));
      });
      return [plan, reached, await audience.persons(WORKSPACE, asked), await audience.binned(WORKSPACE, 10_000)];
    };
    await relay.write(history);
    const single = await answers();
    expect(single).toMatchObject([
      { kind: 'answered', upTo: history.length, value: { funnel: { chosen: 39 } } },
      [expect.stringContaining('Person u7')],
      { kind: 'answered' },
      { value: [ids.idOf('userId', 'u2', 0)] },
    ]);
    const part = await openAudienceRelay();
    try {
      await part.write(history.slice(0, half));
      expect(await packLog(part, 7)).toBeGreaterThan(2);
      await part.write(history.slice(half));
      const halfPacked = createAudience({ ...part, log: createLog('error', { write: () => undefined }) });
      expect(await halfPacked.persons(WORKSPACE, asked)).toEqual(single[2]);
      expect(await halfPacked.binned(WORKSPACE, 10_000)).toEqual(single[3]);
    } finally {
      await part.remove();
    }
    expect(await packLog(relay, 7)).toBeGreaterThan(5);
    expect(await answers()).toEqual(single);
  } finally {
    await relay.remove();
  }
}, 60_000);
