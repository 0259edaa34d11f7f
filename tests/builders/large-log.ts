/**
 * A log as a workspace of many contacts has it after some months: one import of all of them in blocks, then single
 * changes by hand. The same for the same seed.
 */
import type { BlockId, DeviceId, EntryId, GroupId } from '#domain/ids';
import { encodeRows } from '#log/block';
import { timeFromMs } from '#log/time';
import type { BlockRef, Entry, EntryBody, Row } from '#log/types';
import { birthColumns } from './blocks.ts';
import { contactColumns, emailOf, nameOf, phoneOf, type TextColumns } from './contacts.ts';
import { createDice, type Dice } from './dice.ts';

export interface LargeLog {
  readonly entries: readonly Entry[];
  readonly blocks: ReadonlyMap<BlockId, Uint8Array<ArrayBuffer>>;
  /** As they were imported. */
  readonly people: TextColumns;
}

export interface LargeLogOptions {
  readonly contacts: number;
  readonly changes: number;
  readonly seed: number;
  /** All contacts are in it. */
  readonly group: GroupId;
}

const BLOCK_ROWS = 4_000;
const FIRST_MS = Date.UTC(2026, 0, 5);
const DEVICE = 'device-of-the-import' as DeviceId;
const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export async function buildLargeLog({ contacts, changes, seed, group }: LargeLogOptions): Promise<LargeLog> {
  const dice = createDice(seed);
  const columns = contactColumns(contacts, seed);
  const blocks = new Map<BlockId, Uint8Array<ArrayBuffer>>();
  const refs: BlockRef[] = [];
  for (let from = 0; from < contacts; from += BLOCK_ROWS) {
    const slice = Object.fromEntries(
      Object.entries(columns).map(([field, values]) => [field, values.slice(from, from + BLOCK_ROWS)]),
    );
    const { bytes, ...ref } = await encodeRows(birthColumns(slice, 'userId'));
    const id = randomId(dice) as BlockId;
    blocks.set(id, bytes);
    refs.push({ id, ...ref });
  }
  const entryOf = (body: EntryBody, at: number): Entry => ({
    id: randomId(dice) as EntryId,
    device: DEVICE,
    time: timeFromMs(FIRST_MS + at * 20_000),
    author: 'member',
    format: 1,
    body,
  });
  const commit: EntryBody = {
    kind: 'commit',
    source: 'import',
    fileName: 'customers.csv',
    weight: 'strong',
    blocks: refs,
    joins: [group],
    leaves: [],
    newGroups: [{ id: group, name: 'Fair' }],
  };
  const entries = [entryOf(commit, 0)];
  for (let at = 1; at <= changes; at += 1) {
    const row = changedRow(columns, dice.below(contacts), dice);
    entries.push(entryOf({ kind: 'change', row, joins: [], leaves: [] }, at));
  }
  return { entries, blocks, people: columns };
}

/** By hand, a contact is named by its strongest key. */
function changedRow(columns: TextColumns, index: number, dice: Dice): Row {
  const cells: Row['cells'] = dice.pick([
    { name: nameOf(dice) },
    { phone: phoneOf(dice) },
    { email: emailOf(dice) },
    { status: dice.pick(['active', 'inactive']) },
    { 'consent:sms': dice.pick(['given', 'refused']) },
  ]);
  return { key: 'userId', keyValue: columns.userId?.[index] ?? '', generation: 0, birth: false, cells };
}

/** 128 bits as base64url, so that ids deflate as little as real ones. */
const randomId = (dice: Dice): string =>
  Array.from({ length: 22 }, () => ID_LETTERS[dice.below(ID_LETTERS.length)]).join('');
