/**
 * The fold again, the slow way, from the words of `docs/decisions/0006-the-fold.md`; the numbers are its own. Shares with
 * `src/log` the ids and the order of entries, no more.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type KeyField } from '#domain/contact';
import type { CharacteristicId, ContactId, EntryId, GroupId } from '#domain/ids';
import type { ChangeBody, CommitBody, Entry, EntryBody, MergeBody, NewCharacteristic, NewGroup, Row } from '#log/types';
import { ids, type Written } from '#tests/builders/entries';
import { createSaid, inOrder, STRICT, type Cell, type Of, type Said } from './oracle-said.ts';
import { isUndoneBefore, lastReversalBefore, until, type Counted, type When } from './oracle-reversals.ts';

/** A row that counts, and whose it is. */
interface Whose extends Of {
  readonly row: Row;
  readonly isBirth: boolean;
  /** As the row names it. */
  readonly named: ContactId;
  /** Born by the next generation of its key: such a row says the key, too. */
  readonly moved: boolean;
}

const KNOWN: readonly string[] = ['change', 'commit', 'messaged', 'undo', 'merge', 'erasure'];
const isKey = (name: string) => KEY_FIELDS.some((key) => key === name);

export function oracle(written: readonly Written[]): string {
  const all = [...new Map(written.map((one) => [one.entry.id, one])).values()].sort(inOrder);
  const known = all.filter(({ entry }) => KNOWN.includes(entry.body.kind));
  const isHere = ({ entry, blocks }: Written) =>
    ((entry.body as Partial<CommitBody>).blocks ?? []).every(({ id }) => blocks.has(id));
  const counted = known.filter(isHere).map((one) => ({ ...one, body: one.entry.body as EntryBody }));
  const { said, groups, characteristics } = replay(counted, {});
  const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);
  const idsOf = (some: readonly Written[]) => some.map(({ entry }) => entry.id).sort();
  return JSON.stringify({
    contacts: said
      .contacts()
      .map(said.contactOf)
      .filter(({ id: _, ...contact }) => JSON.stringify(contact) !== NOTHING),
    joined: said.joined().sort(byId),
    named: [...groups.values()].sort(byId),
    characteristics: [...characteristics.values()].sort(byId),
    waiting: idsOf(known.filter((one) => !isHere(one))),
    kept: idsOf(all.filter((one) => !known.includes(one))),
  });
}

type Here = Counted & Pick<Written, 'blocks'>;

interface Replayed {
  readonly said: Said;
  readonly groups: Map<GroupId, NewGroup>;
  readonly characteristics: Map<CharacteristicId, NewCharacteristic>;
}

function replay(counted: readonly Here[], when: When): Replayed {
  // 9. Words outlast every undo, and are those that had stood without what is undone.
  const reversal = lastReversalBefore(counted, when);
  const before = reversal && replay(counted, { ...when, upTo: reversal.entry }).said;
  const isFirstUndone = when.without === undefined && reversal?.undone === true;
  const other = isFirstUndone ? lastReversalBefore(counted, { upTo: reversal.entry, without: reversal.of }) : undefined;
  const instead = other && replay(counted, { upTo: other.entry, without: reversal?.of as EntryId }).said;
  const said = createSaid();
  const { rootOf, join } = said;
  const groups = new Map<GroupId, NewGroup>();
  const characteristics = new Map<CharacteristicId, NewCharacteristic>();
  const undoneCommits: { readonly rows: readonly Whose[]; readonly weak: boolean }[] = [];

  // 1. Verdicts come first.
  const isUndone = ({ id }: Entry) => isUndoneBefore(counted, when, id);
  const erasures = counted.flatMap(({ entry, body }) =>
    body.kind === 'erasure' ? [{ entry, time: entry.time, body }] : [],
  );
  const isErased = (id: ContactId) => erasures.some(({ body }) => body.contacts.includes(id));
  const isErasedKey = (entry: Entry, key: KeyField, value = '') =>
    value !== '' && erasures.some(({ time, body }) => entry.time < time && body.keys.includes(ids.idOf(key, value, 0)));
  /** 1: what somebody erased had refused is said, by the erasure, of whoever has the key later. */
  const refusals = erasures.flatMap(({ entry, body }) => (body.refused ?? []).map((one) => ({ ...one, entry })));
  function sayRefused(cells: readonly Cell[]): readonly Cell[] {
    if (refusals.length === 0) return cells;
    for (const { contact, name, value } of cells.filter((cell) => isKey(cell.name))) {
      const hash = ids.idOf(name as KeyField, value, 0);
      for (const { key, field, entry } of refusals)
        if (key === hash) said.words.push({ contact, entry, field, word: STRICT[field]?.at(-1) ?? '' });
    }
    return cells;
  }
  const isDropped = (entry: Entry, { id, key, keyValue, generation, cells }: Row) =>
    isErased(id ?? ids.idOf(key, keyValue, generation)) ||
    isErasedKey(entry, key, keyValue) ||
    KEY_FIELDS.some((field) => isErasedKey(entry, field, cells[field]));

  // 2. Who. `own`: keys that this entry said, though it is undone.
  function whose(entry: Entry, row: Row, cameByKey: boolean, own: readonly Cell[]): Whose {
    const { key, keyValue } = row;
    const hasLeft = (id: ContactId) => {
      const standing = said.cell(id, key);
      if (standing === undefined || standing.entry === entry || standing.value === keyValue) return false;
      return !said.of(own, id).some(({ name }) => name === key);
    };
    const named = row.id ?? ids.idOf(key, keyValue, row.generation);
    const contact = rootOf(named);
    if (!cameByKey || !hasLeft(contact)) return { entry, row, named, contact, isBirth: row.birth, moved: false };
    let generation = row.id === undefined ? row.generation + 1 : 0;
    const isTaken = (id: ContactId) => isErased(id) || hasLeft(rootOf(id));
    while (isTaken(ids.idOf(key, keyValue, generation))) generation += 1;
    const next = rootOf(ids.idOf(key, keyValue, generation));
    return { entry, row, named: next, contact: next, isBirth: true, moved: true };
  }

  // 3. Cells.
  function cellsOf(one: Whose, names: (name: string) => boolean, weak = false, undone = false): Cell[] {
    const { row, moved, entry } = one;
    const cells = { ...(moved ? { [row.key]: row.keyValue } : {}), ...row.cells };
    return Object.entries(cells).flatMap(([name, value]) =>
      value === undefined || STRICT[name] || !names(name)
        ? []
        : [{ contact: rootOf(one.contact), entry, name, value, weak, undone }],
    );
  }

  // 4. Consent and blocked.
  function sayWords({ entry, contact, row }: Whose, entries: readonly EntryId[] = []): void {
    for (const [field, word] of Object.entries(row.cells)) {
      if (word === undefined || STRICT[field]?.includes(word) !== true) continue;
      said.words.push({ contact, entry, field, word });
      said.replaced.push({ contact, entry, field, entries });
    }
  }

  /** 3: a birth takes out of the bin whom an earlier entry put there. */
  function bear({ contact, entry }: Whose): void {
    const isSaid = said.of(said.cells, contact).some((one) => one.name === 'deleted' && one.entry !== entry);
    said.births.push({ contact, entry, undone: false });
    if (isSaid) said.cells.push({ contact, entry, name: 'deleted', value: '', weak: false, undone: false });
  }

  // 5. Twins.
  function joinTwin({ contact, entry }: Whose): void {
    const has = (id: ContactId, key: KeyField) => said.valueOf(id, key) !== '';
    const shares = (id: ContactId) =>
      KEY_FIELDS.some((key) => has(contact, key) && said.valueOf(id, key) === said.valueOf(contact, key));
    const others = [...new Set(said.births.map((birth) => rootOf(birth.contact)))].filter(
      (id) =>
        id !== rootOf(contact) &&
        shares(id) &&
        said.bornAs(id) === 'listed' &&
        said.of(said.births, id).some((birth) => birth.entry !== entry),
    );
    for (const key of KEY_FIELDS) {
      const twins = others.filter(
        (other) =>
          KEY_FIELDS.find((each) => has(contact, each) && has(other, each)) === key &&
          said.valueOf(other, key) === said.valueOf(contact, key) &&
          said.cell(other, key)?.entry !== entry,
      );
      if (twins.length === 1) join(contact, twins[0] as ContactId);
      if (twins.length > 0) return;
    }
  }

  // 7. Membership.
  function move({ contact, entry }: Whose, { joins, leaves }: ChangeBody | CommitBody): void {
    for (const group of joins) said.moves.push({ contact, entry, group, joined: true });
    for (const group of leaves) said.moves.push({ contact, entry, group, joined: false });
  }

  function replayChange(entry: Entry, body: ChangeBody): void {
    if (isDropped(entry, body.row)) return;
    const one = whose(entry, body.row, body.row.birth, []);
    said.named.push(one);
    said.byHand.push(one);
    if (one.isBirth) bear(one);
    sayWords(one, body.replaces);
    said.cells.push(...sayRefused(cellsOf(one, () => true)));
    move(one, body);
    if (one.isBirth) joinTwin(one);
  }

  function replayCommit(entry: Entry, body: CommitBody, rows: readonly Row[]): void {
    const weak = body.weight === 'weak';
    const undone = isUndone(entry);
    const own: Cell[] = [];
    // A row may come by a key that a row before it has given to the contact.
    const each = rows
      .filter((row) => !isDropped(entry, row))
      .map((row) => {
        const one = whose(entry, row, body.source === 'import' || row.birth, own);
        const keys = cellsOf(one, isKey, weak, undone);
        (undone ? own : said.cells).push(...sayRefused(keys));
        return one;
      });
    for (const one of each) sayWords(one, body.source === 'bulk' && !undone ? body.replaces : []);
    if (undone) {
      undoneCommits.push({ rows: each, weak });
      return;
    }
    const births = each.filter(({ isBirth }) => isBirth);
    for (const group of body.newGroups) groups.set(group.id, group);
    for (const each of body.newCharacteristics ?? []) characteristics.set(each.id, each);
    said.named.push(...each);
    births.forEach(bear);
    for (const one of each) said.cells.push(...cellsOf(one, (name) => !isKey(name), weak));
    for (const one of each) move(one, body);
    births.forEach(joinTwin);
  }

  function replayMerge(entry: Entry, { contacts, cells }: MergeBody): void {
    if (isUndone(entry) || contacts.some(isErased)) return;
    join(...contacts);
    const isLeft = ([name, value = '']: readonly [string, string | undefined]) =>
      !isKey(name) || !isErasedKey(entry, name as KeyField, value);
    const left = Object.fromEntries(Object.entries(cells).filter(isLeft));
    const row: Row = { key: 'userId', keyValue: '', generation: 0, birth: false, cells: left };
    const contact = rootOf(contacts[0]);
    const one: Whose = { entry, row, named: contact, contact, isBirth: false, moved: false };
    said.named.push(one);
    sayWords(one);
    said.cells.push(...sayRefused(cellsOf(one, () => true)));
  }

  for (const { entry, body, blocks } of until(counted, when.upTo)) {
    if (instead && entry === other?.entry) said.keep(instead);
    if (before && entry === reversal.entry) said.keep(before);
    if (body.kind === 'change') replayChange(entry, body);
    if (body.kind === 'merge') replayMerge(entry, body);
    if (body.kind !== 'commit' && body.kind !== 'messaged') continue;
    const found = body.blocks.map(({ id }) => blocks.get(id));
    const rows = found.flatMap((block) =>
      block?.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [],
    );
    if (body.kind === 'commit') replayCommit(entry, body, rows);
    const recipients = found.flatMap((block) => (block?.kind === 'recipients' ? block.contacts : []));
    for (const contact of recipients.filter((id) => !isErased(id))) said.messages.push({ contact, entry });
  }

  // 6. After all others: whom only undone commits bore.
  const onlyUndone = undoneCommits.map(({ rows, weak }) => ({
    rows: rows.filter(({ isBirth, contact }) => isBirth && !said.isBorn(contact)),
    weak,
  }));
  for (const { rows, weak } of onlyUndone) {
    said.births.push(...rows.map(({ contact, entry }) => ({ contact, entry, undone: true })));
    for (const one of rows) said.cells.push(...sayRefused(cellsOf(one, () => true, weak, true)));
  }

  return { said, groups, characteristics };
}

/** A contact of which nothing stands. */
const NOTHING = JSON.stringify({
  born: null,
  texts: TEXT_FIELDS.map(() => null),
  stricts: STRICT_FIELDS.map(() => null),
  others: [],
  groups: [],
  times: [0, 0, 0, 0],
  channelType: null,
});
