/** Entries for tests, and arbitrary histories of few people, devices and instants, so that everything collides. */
import fc from 'fast-check';
import type { StrictField } from '#domain/contact';
import type { BlockId, CharacteristicId, ContactId, DeviceId, EntryId, GroupId, MessageId } from '#domain/ids';
import { createContactIds } from '#log/contact-id';
import { compareEntries } from '#log/stamps';
import type { Block } from '#log/fold';
import { timeFromMs } from '#log/time';
import type { ChangeBody, BlockRef, CellName, CommitBody, Entry, EntryBody, RecipientBlock, Row } from '#log/types';
import { blockOfRows, rowOf } from './blocks.ts';

export const SALT = Uint8Array.from({ length: 16 }, (_, index) => index);
export const ids = createContactIds(SALT);
export const group = (name: string): GroupId => ids.groupId(name, 0);
export const characteristic = (name: string): CharacteristicId => ids.characteristicId(name, 0);

/** An entry with the blocks that it names. */
export interface Written {
  readonly entry: Entry;
  readonly blocks: ReadonlyMap<BlockId, Block>;
}

let made = 0;

export interface At {
  readonly ms: number;
  readonly device?: string;
  readonly id?: string;
}

export function entryOf(
  body: Entry['body'],
  { ms, device = 'device-a', id = `entry-${String((made += 1))}` }: At,
): Entry {
  return { id: id as EntryId, device: device as DeviceId, time: timeFromMs(ms), format: 1, body };
}

export function change(
  row: Row,
  at: At,
  more: Partial<Pick<ChangeBody, 'joins' | 'leaves' | 'replaces'>> = {},
): Written {
  const body: EntryBody = { kind: 'change', row, joins: [], leaves: [], ...more };
  return { entry: entryOf(body, at), blocks: new Map() };
}

export function commit(rows: readonly (readonly Row[])[], at: At, more: Partial<CommitBody> = {}): Written {
  const blocks = new Map<BlockId, Block>();
  for (const some of rows) blocks.set(`block-${String((made += 1))}` as BlockId, blockOfRows(some));
  const body: CommitBody = {
    kind: 'commit',
    source: 'import',
    weight: 'strong',
    blocks: refs(blocks),
    joins: [],
    leaves: [],
    newGroups: [],
    ...more,
  };
  return { entry: entryOf(body, at), blocks };
}

export function messaged(contacts: readonly ContactId[], at: At, channelType: 'sms' | 'email' = 'sms'): Written {
  const block: RecipientBlock = {
    kind: 'recipients',
    count: contacts.length,
    contacts,
    addresses: contacts.map(() => ''),
    variables: {},
  };
  const blocks = new Map<BlockId, Block>([[`block-${String((made += 1))}` as BlockId, block]]);
  return {
    entry: entryOf({ kind: 'messaged', message: 'm' as MessageId, channelType, blocks: refs(blocks) }, at),
    blocks,
  };
}

export const NO_BLOCKS: ReadonlyMap<BlockId, Block> = new Map();

export function undo(of: EntryId, at: At, undone = true): Written {
  return { entry: entryOf({ kind: 'undo', of, undone }, at), blocks: NO_BLOCKS };
}

export function merge(contacts: readonly [ContactId, ContactId], at: At, cells: Row['cells'] = {}): Written {
  return { entry: entryOf({ kind: 'merge', contacts, cells }, at), blocks: NO_BLOCKS };
}

/** With the hashes of the keys that are handed in. */
export function erasure(
  contacts: readonly ContactId[],
  at: At,
  keys: readonly ContactId[] = contacts,
  refused: readonly StrictField[] = [],
): Written {
  const words = refused.flatMap((field) => keys.map((key) => ({ key, field })));
  const body: EntryBody = { kind: 'erasure', contacts, keys, ...(words.length > 0 && { refused: words }) };
  return { entry: entryOf(body, at), blocks: NO_BLOCKS };
}

/** Whom arbitrary rows are about. */
const PEOPLE = (['userId', 'phone', 'email'] as const).flatMap((key) =>
  [0, 1].map((value) => ids.idOf(key, `k${String(value)}`, 0)),
);

function refs(blocks: ReadonlyMap<BlockId, Block>): BlockRef[] {
  return [...blocks].map(([id, block]) => ({ id, hash: 'ff', rows: block.count, sizeBytes: 1 }));
}

const anyCells = fc
  .dictionary(
    fc.constantFrom<CellName>('name', 'status', 'phone', 'email', 'consent:sms', 'blocked', 'deleted', 'x:city'),
    fc.nat(3),
    { maxKeys: 4 },
  )
  .map((picked) => {
    const words: Record<string, readonly string[]> = {
      'consent:sms': ['given', 'unknown', 'refused', 'given'],
      blocked: ['no', 'yes', 'no', 'no'],
      deleted: ['', 'yes', 'yes', ''],
      phone: ['', 'k0', 'k1', 'k2'],
      email: ['', 'k0', 'k1', 'k2'],
    };
    return Object.fromEntries(
      Object.entries(picked).map(([field, pick]) => [field, (words[field] ?? ['', 'a', 'b', 'c'])[pick]]),
    ) as Row['cells'];
  });

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    key: fc.constantFrom('userId', 'phone', 'email'),
    value: fc.nat(3),
    generation: fc.constantFrom(0, 0, 0, 1),
    birth: fc.boolean(),
    own: fc.nat(5),
    cells: anyCells,
  })
  .map(({ key, value, generation, birth, own, cells }) => ({
    ...rowOf(key as Row['key'], `k${String(value)}`, cells, { generation, birth }),
    ...(own === 0 ? { id: ids.idOf('userId', 'k0', 0) } : {}),
    cells,
  }));

const anyAt = fc.record({
  ms: fc.integer({ min: 1_000, max: 1_004 }),
  device: fc.constantFrom('device-a', 'device-b'),
});
const anyGroups = fc.subarray([group('VIP'), group('Prague'), group('Fair')]);

const anyWritten: fc.Arbitrary<Written> = fc.oneof(
  fc.tuple(anyRow, anyAt, anyGroups, anyGroups).map(([row, at, joins, leaves]) => change(row, at, { joins, leaves })),
  fc
    .tuple(
      fc.array(fc.array(anyRow, { maxLength: 5 }), { maxLength: 3 }),
      anyAt,
      fc.constantFrom('strong' as const, 'weak' as const),
      anyGroups,
      anyGroups,
      fc.constantFrom('import' as const, 'import' as const, 'bulk' as const),
    )
    .map(([rows, at, weight, joins, leaves, source]) =>
      commit(rows, at, {
        weight,
        source,
        joins,
        leaves,
        newGroups: joins.map((id) => ({ id, name: `${String(at.ms)} ${at.device}` })),
        ...(joins.length > 1 && { newCharacteristics: [{ id: characteristic('City'), name: `${String(at.ms)}` }] }),
      }),
    ),
  fc
    .tuple(fc.array(fc.nat(3), { maxLength: 3 }), anyAt, fc.constantFrom('sms' as const, 'email' as const))
    .map(([people, at, type]) =>
      messaged(
        people.map((person) => ids.idOf('phone', `k${String(person)}`, 0)),
        at,
        type,
      ),
    ),
  anyAt.map((at) => ({ entry: entryOf({ kind: 'of-tomorrow', of: ['x', 'y'] }, at), blocks: NO_BLOCKS })),
  fc
    .tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...PEOPLE), anyCells, anyAt)
    .map(([one, other, cells, at]) => merge([one, other], at, cells)),
  fc
    .tuple(fc.constantFrom(...PEOPLE), anyAt, fc.subarray<StrictField>(['consent:sms', 'blocked']))
    .map(([person, at, refused]) => erasure([person], at, [person], refused)),
);

/** Entries, some of them undone, some of those again; and words of consent by members who had seen some of the others. */
export const anyHistory = fc
  .tuple(
    fc.array(anyWritten, { minLength: 1, maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(), fc.boolean(), anyAt), { maxLength: 4 }),
    fc.array(fc.nat(), { maxLength: 6 }),
  )
  .map(([written, undos, seen]): Written[] => {
    const pick = (at: number) => (written[at % written.length] as Written).entry;
    const loosened = written.map((one, at): Written => {
      const body = one.entry.body as EntryBody;
      if ((body.kind !== 'change' && body.kind !== 'commit') || at % 2 === 0) return one;
      const replaces = seen.map(pick).filter((entry) => compareEntries(entry, one.entry) < 0);
      return { ...one, entry: { ...one.entry, body: { ...body, replaces: replaces.map(({ id }) => id) } } };
    });
    return [...loosened, ...undos.map(([of, undone, at]) => undo(pick(of).id, at, undone))];
  });
