/**
 * The history of one contact, out of the entries that may be about it. They are folded once more by themselves, one
 * after the other, so that whose a row was, and what stood before it, is the fold's own answer; what stands now is read
 * from the state of all. Reads no storage: whoever calls has looked for the entries.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import type { BlockId, ContactId, EntryId, GroupId } from '#domain/ids';
import { highHalf, lowHalf, type ContactIds } from './contact-id.ts';
import { createFold } from './fold.ts';
import { anewOf } from './fold-again.ts';
import { rootOf, STRICT_WORDS, type FoldState } from './fold-state.ts';
import { unsaid, wordsThatStand } from './history-kept.ts';
import type { HistoryStep, Said, Standing } from './history-types.ts';
import { compareEntries, type Stamp } from './stamps.ts';
import type { ChangeBody, CommitBody, Entry, MergeBody, MessagedBody, Row, RowBlock, RowColumns } from './types.ts';

/** An entry with those of its rows that may be about the contact. */
export type Mention =
  | { readonly entry: Entry; readonly body: ChangeBody }
  | { readonly entry: Entry; readonly body: CommitBody; readonly rows: readonly Row[]; readonly undone: boolean }
  | { readonly entry: Entry; readonly body: MergeBody; readonly undone: boolean }
  | { readonly entry: Entry; readonly body: MessagedBody; readonly contacts: readonly ContactId[] };

/** What other entries decide, and what they are. */
export interface HistoryEntries {
  /** All that there are: a key that moves passes over whoever was erased. */
  readonly erasures: readonly Entry[];
  /** Of all others that count, the one with this id: a word may have come to the contact by somebody else. */
  readonly entryOf: (id: EntryId) => Pick<Mention, 'entry' | 'body'> | undefined;
}

/** Newest first. `state` is of all entries, `own` the ids that are this contact, `row` the row that stands for them. */
export function createHistory(
  salt: Uint8Array,
  ids: ContactIds,
  state: FoldState,
  { row, own }: { readonly row: number; readonly own: ReadonlySet<ContactId> },
  mentions: readonly Mention[],
  { erasures, entryOf }: HistoryEntries,
): readonly HistoryStep[] {
  const past = createPast(salt, ids, own, erasures);
  const now = createNow(state, row);
  const words = wordsThatStand(state, row);
  const mentioned = new Set(mentions.map(({ entry }) => entry.id));
  const byOthers = [...words.keys()].flatMap((id) => (mentioned.has(id) ? [] : (entryOf(id) ?? [])));
  const inOrder = [...mentions, ...byOthers].sort((one, other) => compareEntries(one.entry, other.entry));
  const steps: HistoryStep[] = [];
  for (const source of inOrder) {
    const said = mentioned.has(source.entry.id) ? saidIn(source as Mention) : [];
    said.push(...unsaid(words.get(source.entry.id) ?? [], said));
    if (said.length > 0) steps.push(stepOf(source, said));
  }
  return steps.reverse();

  function saidIn(mention: Mention): Said[] {
    return 'contacts' in mention ? saidByMessage(mention, own) : saidBy(mention, past, now, own);
  }
}

function stepOf({ entry, body }: Pick<Mention, 'entry' | 'body'>, said: readonly Said[]): HistoryStep {
  const { importId, fileName, from } = body as Partial<CommitBody>;
  return {
    entry: entry.id,
    time: entry.time,
    device: entry.device,
    ...(entry.author !== undefined && { author: entry.author }),
    by: byOf(body),
    ...(importId !== undefined && { importId }),
    ...(fileName !== undefined && { fileName }),
    ...(from !== undefined && { from }),
    said,
  };
}

function byOf(body: Mention['body']): HistoryStep['by'] {
  if (body.kind === 'commit') return body.source;
  return ({ change: 'hand', merge: 'merge', messaged: 'message' } as const)[body.kind];
}

function saidByMessage(
  { body, contacts }: Extract<Mention, { readonly body: MessagedBody }>,
  own: ReadonlySet<ContactId>,
): Said[] {
  if (!contacts.some((id) => own.has(id))) return [];
  return [{ kind: 'messaged', message: body.message, channelType: body.channelType }];
}

/** What one entry says, cell by cell, with what stood before it. */
function saidBy(
  mention: Exclude<Mention, { readonly body: MessagedBody }>,
  past: Past,
  now: Now,
  own: ReadonlySet<ContactId>,
): Said[] {
  const { entry, body } = mention;
  if (body.kind === 'merge') {
    const { undone } = mention as Extract<Mention, { readonly body: MergeBody }>;
    const standing = undone ? 'undone' : 'stands';
    const other = body.contacts.find((id) => !own.has(id)) ?? body.contacts[1];
    const before = past.valuesOf(Object.keys(body.cells));
    if (!undone) past.fold(entry);
    if (!body.contacts.some((id) => own.has(id))) return [];
    return [{ kind: 'merged', other, standing }, ...cellsSaid(entry, body.cells, before, undone, 'strong', now)];
  }
  if (body.kind === 'change') {
    const landed = past.row(body.row, () => past.fold(entry));
    if (!landed) return [];
    return [
      ...(body.row.birth ? [{ kind: 'born', standing: 'stands' } as const] : []),
      ...cellsSaid(entry, landed.cells, landed.before, false, 'strong', now),
      ...groupsSaid(entry, body, false, now),
    ];
  }
  const { rows, undone } = mention as Extract<Mention, { readonly body: CommitBody }>;
  const landed = past.commit(entry, body, rows, undone && !now.isKeptByHand);
  if (landed.length === 0) return [];
  return [
    ...(landed.some(({ birth }) => birth) ? [{ kind: 'born', standing: undone ? 'undone' : 'stands' } as const] : []),
    ...landed.flatMap(({ cells, before }) => cellsSaid(entry, cells, before, undone, body.weight, now)),
    ...groupsSaid(entry, body, undone, now),
  ];
}

function cellsSaid(
  entry: Entry,
  cells: Row['cells'],
  before: ReadonlyMap<string, string>,
  undone: boolean,
  weight: CommitBody['weight'],
  now: Now,
): Said[] {
  return Object.entries(cells).flatMap(([name, value]): Said[] => {
    if (value === undefined) return [];
    const stood = before.get(name);
    // An empty cell emptied says nothing that anybody would look for.
    if (value === '' && (stood === undefined || stood === '')) return [];
    const standing = now.standingOf(entry.id, name, value, { undone, isYielding: weight === 'weak' && Boolean(stood) });
    if (stood === value && standing !== 'stands' && !isStrict(name)) return [];
    return [{ kind: 'cell', name, ...(stood !== undefined && { before: stood }), value, standing }];
  });
}

function groupsSaid(
  entry: Entry,
  { joins, leaves }: { readonly joins: readonly GroupId[]; readonly leaves: readonly GroupId[] },
  undone: boolean,
  now: Now,
): Said[] {
  const said = (move: 'joined' | 'left') => (group: GroupId) =>
    ({ kind: 'group', group, move, standing: undone ? 'undone' : now.standingOfGroup(entry.id, group) }) as const;
  return [...leaves.map(said('left')), ...joins.map(said('joined'))];
}

type Now = ReturnType<typeof createNow>;

/** What stands of the contact in the state of all entries. */
function createNow(state: FoldState, row: number) {
  const isFrom = (stamp: Stamp | undefined, entry: EntryId) =>
    stamp !== undefined && stamp !== 0 && state.stamps.entryOf(stamp) === entry;

  function strictStanding(field: StrictField, entry: EntryId, value: string): Standing {
    const column = state.stricts[field];
    const said = column.more.get(row) ?? [{ stamp: column.stamps[row] as Stamp, rank: column.ranks[row] ?? 0 }];
    if (!said.some(({ stamp }) => isFrom(stamp, entry))) return 'replaced';
    return STRICT_WORDS[field].indexOf(value) + 1 === column.ranks[row] ? 'stands' : 'outweighed';
  }

  return {
    /** Only an undone import made the contact, and a hand or a message keeps it: what that import said stands. */
    isKeptByHand: state.births[row] === 1 && state.byHand[row] === 1,

    standingOf(
      entry: EntryId,
      name: string,
      value: string,
      { undone, isYielding }: { readonly undone: boolean; readonly isYielding: boolean },
    ): Standing {
      // Undo loosens nothing: a word of consent stands, though its import does not.
      if (isStrict(name)) return strictStanding(name, entry, value);
      const cell = isText(name)
        ? { stamp: state.texts[name].stamps[row], value: state.texts[name].get(row) }
        : state.others.get(name)?.get(row);
      if (isFrom(cell?.stamp, entry) && cell?.value === value) return 'stands';
      return undone ? 'undone' : isYielding ? 'outweighed' : 'replaced';
    },

    standingOfGroup: (entry: EntryId, group: GroupId): Standing =>
      isFrom(state.members.get(group)?.stampOf(row), entry) ? 'stands' : 'replaced',
  };
}

type Past = ReturnType<typeof createPast>;

/** The fold of what was said until now, for the contact and its neighbours by key. Entries come in their order. */
function createPast(salt: Uint8Array, ids: ContactIds, own: ReadonlySet<ContactId>, erasures: readonly Entry[]) {
  const fold = createFold(salt);
  // What they decide is known before the first row, as in every fold.
  if (erasures.length > 0) anewOf(fold, erasures).done();
  const { state } = fold;

  function ownRows(): readonly number[] {
    const rows = [...own].map((id) => state.ids.find(highHalf(id), lowHalf(id))).filter((row) => row >= 0);
    return [...new Set(rows.map((row) => rootOf(state, row)))];
  }

  /** Of the row that is asked for, where it says anything; else of any that is this contact. */
  function valuesOf(names: readonly string[], rows = ownRows()): ReadonlyMap<string, string> {
    const values = new Map<string, string>();
    for (const name of names) {
      const value = rows.map((row) => valueAt(state, name, row)).find((each) => each !== undefined);
      if (value !== undefined) values.set(name, value);
    }
    return values;
  }

  /** Undefined where what is folded was about somebody else. */
  function row(said: Row, fold: () => void): Landed | undefined {
    const names = [said.key, ...Object.keys(said.cells)];
    const whole = valuesOf(names);
    const byRow = new Map(ownRows().map((each) => [each, valuesOf(names, [each])]));
    const { version } = state;
    fold();
    const landed = ownRows().filter((each) => (state.touched[each] ?? 0) > version);
    const [first] = landed;
    if (first === undefined) return undefined;
    const before = byRow.get(first) ?? whole;
    // Who comes by a key that its contact has left bears the next contact of that key, though no cell says so.
    const mayHaveMoved =
      said.cells[said.key] === undefined && valuesOf([said.key], landed).get(said.key) === said.keyValue;
    const isMoved = mayHaveMoved && before.get(said.key) !== said.keyValue;
    const cells = mayHaveMoved ? { ...said.cells, [said.key]: said.keyValue } : said.cells;
    return { birth: said.birth || isMoved, before, cells };
  }

  return {
    valuesOf,
    row,
    fold: (entry: Entry): void => void fold.apply(entry, NO_BLOCKS),

    /**
     * Of a commit that is left out only the words of consent are folded, which stand all the same, for whoever the row
     * names.
     */
    commit(entry: Entry, body: CommitBody, rows: readonly Row[], isLeftOut: boolean): readonly Landed[] {
      const source = isLeftOut ? 'bulk' : body.source;
      const [joins, leaves] = isLeftOut ? [[], []] : [body.joins, body.leaves];
      const blocks = rows.map(() => ROW_REF);
      const replaces = isLeftOut ? [] : (body.replaces ?? []);
      const only = { source, joins, leaves, blocks, newGroups: [], replaces };
      const add = fold.applyBySlices({ ...entry, body: { ...body, ...only } });
      return rows.flatMap((said) => {
        const folded = blockOf(isLeftOut ? wordsOf(said, nameOf(said, ids)) : said);
        return row(said, () => add?.(folded)) ?? [];
      });
    },
  };
}

interface Landed {
  readonly birth: boolean;
  readonly before: ReadonlyMap<string, string>;
  readonly cells: Row['cells'];
}

/** The id by which a row names its contact, whatever became of the key. */
export const nameOf = (row: Row, ids: ContactIds): ContactId =>
  row.id ?? ids.idOf(row.key, row.keyValue, row.generation);

const NO_BLOCKS: ReadonlyMap<BlockId, RowBlock> = new Map();
const ROW_REF = { id: 'row' as BlockId, hash: 'row', rows: 1, sizeBytes: 0 };

function wordsOf(row: Row, id: ContactId): Row {
  const cells = Object.fromEntries(Object.entries(row.cells).filter(([name]) => isStrict(name)));
  return { ...row, id, birth: false, cells };
}

function blockOf(row: Row): RowBlock {
  const columns: RowColumns = {
    count: 1,
    keys: Uint8Array.of(KEY_FIELDS.indexOf(row.key)),
    keyValues: [row.keyValue],
    generations: Uint16Array.of(row.generation),
    births: Uint8Array.of(row.birth ? 1 : 0),
    ids: new Map(row.id === undefined ? [] : [[0, row.id]]),
    cells: Object.fromEntries(Object.entries(row.cells).map(([name, value]) => [name, [value]])),
  };
  return { kind: 'rows', count: 1, columns, rowAt: () => row };
}

const isText = (name: string): name is TextField => (TEXT_FIELDS as readonly string[]).includes(name);
const isStrict = (name: string): name is StrictField => (STRICT_FIELDS as readonly string[]).includes(name);

function valueAt(state: FoldState, name: string, row: number): string | undefined {
  if (isText(name)) return state.texts[name].get(row);
  if (isStrict(name)) return STRICT_WORDS[name][(state.stricts[name].ranks[row] ?? 0) - 1];
  return state.others.get(name)?.valueAt(row);
}
