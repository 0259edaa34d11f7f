import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId, WorkspaceId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import type { Entry, EntryBody } from '#log/types';
import { MOST_AHEAD_MS } from '#protocol/log';
import { createRelayDevice, type RelayDevice } from '#relay/relay-device';
import { openAudienceRelay, type AudienceRelay } from '#tests/builders/audience-relay';
import { rowOf } from '#tests/builders/blocks';
import { change, ids } from '#tests/builders/entries';
import { START, WORKSPACE } from '#tests/builders/store-rows';

const ANA = ids.idOf('userId', 'u1', 0);
const ERASURE: EntryBody = { kind: 'erasure', contacts: [ANA], keys: [ANA] };

describe('the relay as a device', () => {
  let relay: AudienceRelay;
  let device: RelayDevice;
  let woken: WorkspaceId[];
  beforeEach(async () => {
    relay = await openAudienceRelay();
    woken = [];
    device = createRelayDevice({ ...relay, now: () => START, onAppended: (workspace) => woken.push(workspace) });
  });
  afterEach(() => relay.remove());

  const stored = async () =>
    (await relay.store.entriesAfter(WORKSPACE, 0, 100, 1_000_000)).items.map(({ json }) => JSON.parse(json) as Entry);

  test('[SYN-3] what it says is later than all that lies in the log, also than what came from ahead', async () => {
    const ahead = change(rowOf('userId', 'u1'), { ms: START + MOST_AHEAD_MS });
    await relay.write([change(rowOf('userId', 'u2'), { ms: START }), ahead]);
    await device.append(WORKSPACE, 'm', [{ body: ERASURE }, { body: ERASURE }]);
    const times = (await stored()).map(({ time }) => time);
    expect(times.slice(1)).toEqual([0, 1, 2].map((more) => ahead.entry.time + more));
  });

  test('its own clock counts where nothing is ahead of it', async () => {
    await device.append(WORKSPACE, 'm', [{ body: ERASURE }]);
    expect((await stored()).map(({ time }) => time)).toEqual([timeFromMs(START)]);
  });

  test('it is one device, with the author who ordered it, and wakes the others', async () => {
    await device.append(WORKSPACE, 'li', [{ body: ERASURE }]);
    await device.append(WORKSPACE, 'wu', [{ body: ERASURE }]);
    const [first, second] = await stored();
    expect(first?.device).toBe(`relay-${await relay.store.incarnation()}`);
    expect(second?.device).toBe(first?.device);
    expect([first?.author, second?.author]).toEqual(['li', 'wu']);
    expect(woken).toEqual([WORKSPACE, WORKSPACE]);
  });

  test('what is said twice under one id is said once, and wakes nobody', async () => {
    const own = { id: 'erasure-1' as EntryId, body: ERASURE };
    const [taken] = await device.append(WORKSPACE, 'm', [own]);
    const [known] = await device.append(WORKSPACE, 'm', [own]);
    expect([taken, known]).toEqual([
      { id: own.id, result: 'taken', position: 1 },
      { id: own.id, result: 'known', position: 1 },
    ]);
    expect(woken).toHaveLength(1);
  });

  test('a commit whose blocks are not there is refused by itself', async () => {
    const body: EntryBody = {
      ...{ kind: 'commit', source: 'bulk', weight: 'strong', joins: [], leaves: [], newGroups: [] },
      blocks: [{ id: 'nowhere' as never, hash: 'ff', rows: 1, sizeBytes: 1 }],
    };
    expect(await device.append(WORKSPACE, 'm', [{ body }])).toMatchObject([{ result: 'refused', reason: 'blocks' }]);
    expect(woken).toEqual([]);
  });
});
