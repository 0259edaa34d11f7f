/** Merge case 13: 3,000 contacts collected alone meet a relay, or a team that has 1,000 of the same people. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { BringInCharacteristic, BringInGroup, OpenWorkspace } from '#app/worker-types';
import type { CharacteristicId, DeviceId, EntryId, GroupId, TagId, WorkspaceId } from '#domain/ids';
import { lineTagCell } from '#domain/scope';
import { createContactIds } from '#log/contact-id';
import type { CommitBody } from '#log/types';
import type { SessionAnswer } from '#protocol/api';
import { createLogSharing } from '#sync/share-log';
import { audienceDevice, type AudienceDevice } from '#tests/app/audience-device';
import { backupDevice, type BackupDevice } from '#tests/builders/backup-device';
import { rowOf } from '#tests/builders/blocks';
import { birthsOf, type PersonCells } from '#tests/builders/audience';
import { change, type Written } from '#tests/builders/entries';
import { createLogRelay } from '#tests/builders/log-relay';
import { createRelayFixture } from '#tests/relay/http-fixture';
import { testDatabase } from '#tests/storage/workspace';

/** Of the workspace begun alone: other than the team's, so that nobody has the same id in both. */
const SALT = 'EBESExQVFhcYGRobHB0eHw';
const ids = createContactIds(Uint8Array.from({ length: 16 }, (_, at) => at));
const phoneOf = (at: number) => `+42077${String(1_000_000 + at)}`;
const newGroup = (name: string) => ({ id: ids.groupId(name, 0), name });
const [LONE_FAIR, LONE_VIP] = ['00000000000000f1', '00000000000000f2'] as [GroupId, GroupId];
const GROUPS: readonly BringInGroup[] = [
  { from: LONE_FAIR, to: newGroup('Fair'), isNew: true },
  { from: LONE_VIP, to: newGroup('VIP'), isNew: false },
];
/** Not a hash, as in the lone workspace's entries. */
const city = 'city' as CharacteristicId;
const CITY: readonly BringInCharacteristic[] = [{ from: city, to: { id: city, name: 'City' }, isNew: false }];

const people = (from: number, to: number, more: (at: number) => PersonCells = () => ({})) =>
  Array.from({ length: to - from }, (_, at) => ({ phone: phoneOf(from + at), ...more(from + at) }));

/** By the lone workspace's salt. */
const LONE_TAG = '00000000000000a1' as TagId;
/** 3,000, all at the fair, every tenth refusing; one has a city, a tag of a business line and a number that it reaches him by. */
const LONE: readonly Written[] = [
  birthsOf(
    people(0, 3_000, (at) => ({ name: `Lone ${String(at)}`, ...(at % 10 === 0 && { 'consent:sms': 'refused' }) })),
    1_000,
    [LONE_FAIR],
  ),
  change(
    rowOf(
      'phone',
      phoneOf(1),
      { 'x:city': 'Praha', 'phone@line1': '+420600000001', [lineTagCell(LONE_TAG, 'line1')]: 'press' },
      { birth: false },
    ),
    { ms: 2_000 },
  ),
  change(rowOf('phone', phoneOf(2), {}, { birth: false }), { ms: 2_001 }, { joins: [LONE_VIP] }),
  // In the bin: not brought in.
  birthsOf([{ phone: '+420777999999', name: 'Deleted' }], 1_001),
  change(rowOf('phone', '+420777999999', { deleted: 'yes' }, { birth: false }), { ms: 2_002 }),
];
/** 1,000 of the same people, under other names, and 500 others. */
const TEAM: readonly Written[] = [
  birthsOf(
    people(0, 1_000, (at) => ({ name: `Team ${String(at)}`, 'consent:sms': 'given' })),
    1_000,
    [newGroup('VIP').id],
  ),
  birthsOf(people(5_000, 5_500), 1_500),
];

interface Both {
  readonly lone: BackupDevice;
  readonly source: OpenWorkspace;
  readonly team: BackupDevice;
  readonly device: AudienceDevice;
}

async function both(lone: readonly Written[] = LONE, team: readonly Written[] = TEAM): Promise<Both> {
  const [one, other] = [testDatabase(), testDatabase()];
  const [loneDevice, teamDevice] = [backupDevice(one.db), backupDevice(other.db)];
  await loneDevice.put(lone, () => 'pending');
  await teamDevice.put(team, () => 'shared');
  const device = await audienceDevice(other, {
    openLog: () => ({ entries: loneDevice.entries, blocks: loneDevice.blocks, close: () => undefined }),
  });
  const source = { workspace: one.id, device: 'lone' as DeviceId, salt: SALT };
  return { lone: loneDevice, source, team: teamDevice, device };
}

const contactOf = async ({ audience }: AudienceDevice, at: number) =>
  (
    await audience.window({
      filter: { search: phoneOf(at), status: 'all' },
      sort: { by: 'phone', order: 'up' },
      offset: 0,
      limit: 5,
    })
  ).contacts;
const totalOf = async ({ audience }: AudienceDevice) =>
  (
    await audience.window({
      filter: { status: 'all' },
      sort: { by: 'phone', order: 'up' },
      offset: 0,
      limit: 1,
    })
  ).total;

test('[case 13] (a) an unclaimed relay takes a lone workspace over: the same ids on every device', async () => {
  const relay = await createRelayFixture();
  try {
    const token = await relay.links.createClaim(relay.clock.now);
    const workspace = { id: 'lone-workspace' as WorkspaceId, name: 'Begun alone', salt: SALT };
    const claimed = await relay.ask('POST', '/api/claim', { json: { token, workspace, memberName: 'Ada' } });
    const { actor } = (await claimed.json()) as SessionAnswer;
    expect(actor).toMatchObject({ workspace: workspace.id, salt: SALT, workspaceName: 'Begun alone' });
    // And so does the second device: what it folds by that salt are the same contacts.
    const log = createLogRelay();
    const [one, other] = [backupDevice(testDatabase().db), backupDevice(testDatabase().db)];
    await one.put(LONE, () => 'pending');
    for (const [device, name] of [
      [one, 'device-a'],
      [other, 'device-b'],
    ] as const) {
      const { share } = createLogSharing({
        ...{ relay: log.client, sharing: device.sharing, blocks: device.blocks, device: name as DeviceId },
        ...{ now: () => log.nowMs, onChange: () => undefined },
      });
      expect(await share()).toBe('current');
    }
    expect(await other.fold()).toBe(await one.fold());
    expect((await other.fold()).match(/"listed"/g)).toHaveLength(3_000);
  } finally {
    await relay.close();
  }
});

describe('[case 13] (b) 3,000 contacts brought into a team with 1,000 of the same people', () => {
  test('are one each; names stand, blanks are filled, the stricter consent counts', async () => {
    const { device, source, lone, team } = await both();
    const before = [await lone.all(), await lone.fold()];
    const figures = await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    // Of the team's 1,000 every tenth refuses by the lone list, and one has a city: those change.
    expect(figures).toEqual({
      contacts: 3_000,
      new: 2_000,
      changed: 101,
      unchanged: 899,
      twice: 0,
      ignored: 0,
      error: 0,
    });
    expect(await totalOf(device)).toBe(1_500);
    expect(await device.audience.writeBringIn()).toBe('written');
    expect(await totalOf(device)).toBe(3_500);

    const [known] = await contactOf(device, 10);
    expect(known?.cells).toMatchObject({ name: 'Team 10', 'consent:sms': 'refused' });
    expect([...(known?.groups ?? [])].sort()).toEqual([newGroup('Fair').id, newGroup('VIP').id].sort());
    const [fresh] = await contactOf(device, 2_999);
    expect(fresh).toMatchObject({ cells: { name: 'Lone 2999' }, groups: [newGroup('Fair').id] });
    expect(fresh?.id).toBe(ids.idOf('phone', phoneOf(2_999), 0));
    expect(await team.fold()).toContain(
      `["phone@line1","+420600000001"],["${lineTagCell(ids.tagId('press'), 'line1')}","press"],["x:city","Praha"]`,
    );
    // The source stays as it was.
    expect([await lone.all(), await lone.fold()]).toEqual(before);
  });

  test('are an import that says where they came from, and its members in the same one', async () => {
    const { device, source, team } = await both();
    await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    await device.audience.writeBringIn();
    const bodies = (await team.all()).slice(TEAM.length).map(({ entry }) => entry.body as CommitBody);
    expect(bodies.map(({ source: kind, from, fileName, weight }) => [kind, from, fileName, weight])).toEqual([
      ['import', 'workspace', 'Begun alone', 'weak'],
      ['bulk', 'workspace', 'Begun alone', 'weak'],
    ]);
    expect(new Set(bodies.map(({ importId }) => importId)).size).toBe(1);
    expect(bodies[1]).toMatchObject({ joins: [newGroup('Fair').id], newGroups: [newGroup('Fair')] });
  });

  test('are undone as one, and brought back as one', async () => {
    const { device, source, team } = await both();
    const before = JSON.parse(await team.fold()) as { contacts: unknown[] };
    await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    await device.audience.writeBringIn();
    const brought = await team.fold();
    const [listed, ...others] = await device.audience.imports();
    expect(listed).toMatchObject({ fileName: 'Begun alone', from: 'workspace' });
    expect(others.map(({ fileName }) => fileName)).not.toContain('Begun alone');
    const undone = await device.audience.undoEntry(listed?.entry as EntryId);
    expect(undone).toMatchObject({ kind: 'undone', emptyGroups: [newGroup('Fair')] });
    expect(await totalOf(device)).toBe(1_500);
    // But for consent, which undo never loosens.
    const after = JSON.parse(await team.fold()) as { contacts: { born: string; stricts: unknown; times: unknown }[] };
    const standing = ({ stricts: _, times: _times, ...contact }: { stricts: unknown; times: unknown }) => contact;
    expect(after.contacts.filter(({ born }) => born === 'listed').map(standing)).toEqual(
      before.contacts.map((contact) => standing(contact as never)),
    );
    expect(await device.audience.redoEntry(listed?.entry as EntryId)).toMatchObject({ kind: 'redone' });
    expect(await team.fold()).toBe(brought);
  });

  test('again change nothing', async () => {
    const { device, source, team } = await both();
    await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    await device.audience.writeBringIn();
    const entries = await team.ids();
    const figures = await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    expect(figures).toMatchObject({ new: 0, changed: 0, unchanged: 3_000 });
    expect(await device.audience.writeBringIn()).toBe('written');
    expect(await team.ids()).toEqual(entries);
  });

  test('are not written where the team changed meanwhile: the figures would be others', async () => {
    const { device, source, team } = await both();
    await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
    await device.audience.addContact({ cells: { phone: phoneOf(2_999) }, joins: [], newGroups: [] });
    const entries = await team.ids();
    expect(await device.audience.writeBringIn()).toBe('changed');
    expect(await device.audience.writeBringIn()).toBe('changed');
    expect(await team.ids()).toEqual(entries);
  });

  test('whoever fits two of the team stays where he is, and is counted', async () => {
    const { device, source } = await both(
      [birthsOf([{ phone: phoneOf(1), email: 'two@example.com', name: 'Both' }], 1_000)],
      [birthsOf([{ phone: phoneOf(1) }, { email: 'two@example.com' }], 1_000)],
    );
    expect(await device.audience.planBringIn(source, 'Begun alone', [], [])).toMatchObject({ contacts: 1, error: 1 });
  });

  test('two of the lone list who are one in the team fill his blanks together, the first one first', async () => {
    const { device, source } = await both(
      [
        birthsOf([{ phone: phoneOf(1), name: 'First' }], 1_000),
        birthsOf([{ email: 'one@example.com', name: 'Second', smsType: 'marketing' }], 1_001),
      ],
      [birthsOf([{ phone: phoneOf(1), email: 'one@example.com' }], 1_000)],
    );
    expect(await device.audience.planBringIn(source, 'Begun alone', [], [])).toMatchObject({ changed: 1, twice: 1 });
    await device.audience.writeBringIn();
    expect((await contactOf(device, 1))[0]?.cells).toMatchObject({ name: 'First', smsType: 'marketing' });
  });
});

test('[case 13] (c) a viewer cannot bring it in: it is refused, said, and both stay apart', async () => {
  const { device, source, lone, team } = await both();
  const standing = await team.fold();
  await device.audience.planBringIn(source, 'Begun alone', GROUPS, CITY);
  await device.audience.writeBringIn();
  const relay = createLogRelay(1_000);
  relay.refuse = () => 'role';
  const { share } = createLogSharing({
    ...{ relay: relay.client, sharing: team.sharing, blocks: team.blocks, device: 'device' as DeviceId },
    ...{ now: () => relay.nowMs, onChange: () => undefined },
  });
  await share();
  expect(await team.sharing.counts()).toEqual({ pending: 0, refused: 2 });
  expect(await team.fold()).toBe(standing);
  expect(await lone.ids()).toHaveLength(LONE.length);
});
