/** What members do by hand on one device: edits, additions, the bin, merges, groups, messages. */
import { contactAt, idAt, isListed, textAt } from '#audience/columns';
import { createImportPlan } from '#audience/plan';
import { rowsOf } from '#audience/plan-rows';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField } from '#domain/contact';
import type { EntryId, MessageId } from '#domain/ids';
import { rowAt } from '#log/block';
import { rootOf } from '#log/fold-state';
import type { ChangeBody, RecipientBlock, Row } from '#log/types';
import type { Dice } from '#tests/builders/dice';
import { ids } from '#tests/builders/entries';
import { GROUPS } from './names.ts';
import { emailOf, nameOf, phoneOf, rowOfPerson } from './people.ts';
import { write, type Replica } from './replica.ts';
import { newBlockId, newEntryId, type World } from './world.ts';

export type Operation = (world: World, replica: Replica, dice: Dice) => void;

/** A contact that the device has; -1 where it found none. `where`: in the list, or in the bin. */
export function anyRow(
  { fold: { state } }: Pick<Replica, 'fold'>,
  dice: Dice,
  where: 'listed' | 'bin' = 'listed',
): number {
  for (let tries = 0; tries < 12 && state.ids.count > 0; tries += 1) {
    const row = rootOf(state, dice.below(state.ids.count));
    if (where === 'listed' ? isListed(state, row) : (state.born[row] ?? 0) > 1) return row;
  }
  return -1;
}

/** By its id; its key says nothing new. */
export function rowNaming({ fold: { state } }: Replica, row: number, cells: Row['cells']): Row {
  const key = KEY_FIELDS.find((field) => textAt(state, field, row) !== '') ?? 'userId';
  return { key, keyValue: textAt(state, key, row), generation: 0, id: idAt(state, row), birth: false, cells };
}

export function writeChange(
  world: World,
  replica: Replica,
  dice: Dice,
  more: Pick<ChangeBody, 'row'> & Partial<ChangeBody>,
) {
  write(replica, world.nowMs, newEntryId(world, dice), { kind: 'change', joins: [], leaves: [], ...more });
}

const edit: Operation = (world, replica, dice) => {
  const row = anyRow(replica, dice);
  if (row < 0) return;
  const person = dice.below(world.people);
  const [phone, email] = [phoneOf(person), emailOf(person)];
  const cells: Row['cells'] = {
    ...(dice.chance(0.5) && { name: nameOf(world) }),
    ...(dice.chance(0.2) && { status: dice.pick(['active', 'inactive']) }),
    ...(dice.chance(0.2) && { 'x:city': dice.pick(['Brno', 'Praha', '']) }),
    ...(dice.chance(0.12) && { phone }),
    ...(dice.chance(0.08) && { email: dice.chance(0.2) ? '' : email }),
  };
  const moves = dice.chance(0.2)
    ? { joins: [dice.pick(GROUPS)] }
    : dice.chance(0.2)
      ? { leaves: [dice.pick(GROUPS)] }
      : {};
  writeChange(world, replica, dice, { row: rowNaming(replica, row, cells), ...moves });
};

/** Up or down; his word stands for those that he has seen. */
const changeConsent: Operation = (world, replica, dice) => {
  const row = anyRow(replica, dice);
  if (row < 0) return;
  const field = dice.pick(STRICT_FIELDS);
  const word = field === 'blocked' ? dice.pick(['no', 'yes']) : dice.pick(['given', 'unknown', 'refused']);
  const replaces = entriesSaying(replica, field, row);
  writeChange(world, replica, dice, {
    row: rowNaming(replica, row, { [field]: word }),
    ...(dice.chance(0.8) && { replaces }),
  });
};

export function entriesSaying({ fold: { state } }: Replica, field: StrictField, row: number): EntryId[] {
  const column = state.stricts[field];
  const stamps = column.more.get(row)?.map(({ stamp }) => stamp) ?? [column.stamps[row] ?? 0];
  return stamps.flatMap((stamp) => state.stamps.entryOf(stamp) ?? []);
}

/** One contact by hand: as a row of an import under "ignore". */
const addOne: Operation = (world, replica, dice) => {
  const row = rowOfPerson(world, dice, dice.below(world.people));
  const columns = Object.fromEntries(
    [...TEXT_FIELDS, ...STRICT_FIELDS].flatMap((field) => (row[field] === undefined ? [] : [[field, [row[field]]]])),
  );
  const options = {
    conflicts: 'ignore',
    existing: 'all',
    groups: [dice.pick(GROUPS)],
    sameFile: new Set<never>(),
  } as const;
  const { state } = replica.fold;
  const { writes } = createImportPlan(state, ids, state.keys, options).plan(1, columns);
  if (writes) writeChange(world, replica, dice, { row: rowAt(rowsOf(writes, columns), 0), joins: options.groups });
};

const toBin: Operation = (world, replica, dice) => {
  const row = anyRow(replica, dice);
  if (row >= 0) writeChange(world, replica, dice, { row: rowNaming(replica, row, { deleted: 'yes' }) });
};

const fromBin: Operation = (world, replica, dice) => {
  const row = anyRow(replica, dice, 'bin');
  if (row >= 0) writeChange(world, replica, dice, { row: rowNaming(replica, row, { deleted: '' }) });
};

const merge: Operation = (world, replica, dice) => {
  const [one, other] = [anyRow(replica, dice), anyRow(replica, dice)];
  if (one < 0 || other < 0 || one === other || replica.version === 'old') return;
  const { state } = replica.fold;
  const chosen = contactAt(state, dice.chance(0.5) ? one : other, []).cells;
  const cells = Object.fromEntries(
    TEXT_FIELDS.flatMap((field) => (chosen[field] !== undefined && dice.chance(0.4) ? [[field, chosen[field]]] : [])),
  );
  const body = { kind: 'merge', contacts: [idAt(state, one), idAt(state, other)], cells };
  write(replica, world.nowMs, newEntryId(world, dice), body);
};

const message: Operation = (world, replica, dice) => {
  const rows = Array.from({ length: 1 + dice.below(6) }, () => anyRow(replica, dice)).filter((row) => row >= 0);
  if (rows.length === 0) return;
  const contacts = [...new Set(rows)].map((row) => idAt(replica.fold.state, row));
  const addresses = contacts.map(() => '');
  const block: RecipientBlock = { kind: 'recipients', count: contacts.length, contacts, addresses, variables: {} };
  const id = newBlockId(world);
  const blocks = [{ id, hash: 'ff', rows: block.count, sizeBytes: 1 }];
  const channelType = dice.pick(['sms', 'email']);
  const body = { kind: 'messaged', message: String(id) as MessageId, channelType, blocks };
  write(replica, world.nowMs, newEntryId(world, dice), body, new Map([[id, block]]));
};

const ofTomorrow: Operation = (world, replica, dice) => {
  write(replica, world.nowMs, newEntryId(world, dice), { kind: 'of-tomorrow', contacts: [dice.below(9)] });
};

export const HANDS: readonly (readonly [share: number, operation: Operation])[] = [
  [30, edit],
  [10, changeConsent],
  [8, addOne],
  [4, toBin],
  [3, fromBin],
  [2, merge],
  [3, message],
  [1, ofTomorrow],
];
