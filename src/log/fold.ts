/**
 * The state of a workspace: a fold of the set of its entries, in any order, with any repetition, the same on device and
 * relay. A cell is (contact, field): of strong values the latest stands, weak ones only where no strong one is, of
 * those the earliest. Knows nothing of storage, of what is listed, or of why something was written.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import type { BlockId, EntryId, GroupId } from '#domain/ids';
import { createContactIds, highHalf, lowHalf } from './contact-id.ts';
import { knownBody } from './entry.ts';
import { createFoldState, membersOf, rowOfId, STRICT_WORDS, type FoldState } from './fold-state.ts';
import type { Stamp } from './stamps.ts';
import type {
  ChangeBody,
  CommitBody,
  Entry,
  EntryBody,
  MessagedBody,
  RecipientBlock,
  Row,
  RowBlock,
  RowColumns,
} from './types.ts';

export type Block = RowBlock | RecipientBlock;

export interface Fold {
  readonly state: FoldState;
  /**
   * `waiting`: a block is missing, the entry counts for nothing until it is offered again with all of them.
   * `kept`: not understood here. `known`: counted before; nothing changes.
   */
  readonly apply: (entry: Entry, blocks: ReadonlyMap<BlockId, Block>) => 'applied' | 'waiting' | 'kept' | 'known';
  /**
   * For a commit too large to lie decoded in memory at once. Whoever calls has made sure that all its blocks are here,
   * and hands every one over, in order. Undefined where `apply` would not count it.
   */
  readonly applyBySlices: (entry: Entry) => ((block: Block) => void) | undefined;
  readonly waiting: ReadonlyMap<EntryId, Entry>;
  /** Entries of kinds that this version does not know. */
  readonly kept: ReadonlyMap<EntryId, Entry>;
}

/** The salt is the workspace's 16 bytes. */
export function createFold(salt: Uint8Array): Fold {
  const state = createFoldState();
  const ids = createContactIds(salt);
  const counted = new Set<EntryId>();
  const waiting = new Map<EntryId, Entry>();
  const kept = new Map<EntryId, Entry>();
  /** Few words in many cells: one string for all of them. */
  const words = new Map<string, string>();

  function count(entry: Entry, body: EntryBody): Stamp {
    counted.add(entry.id);
    waiting.delete(entry.id);
    if (body.kind === 'messaged') return state.stamps.add(entry, 'strong', body.channelType);
    state.changes += 1;
    return state.stamps.add(entry, body.kind === 'commit' ? body.weight : 'strong');
  }

  function foldRows(columns: RowColumns, body: CommitBody, stamp: Stamp): void {
    const rows = new Uint32Array(columns.count);
    for (let at = 0; at < columns.count; at += 1) {
      const row = rowAt(columns, at);
      rows[at] = row;
      nameRow(row, stamp, columns.births[at] === 1);
    }
    for (const field of TEXT_FIELDS) {
      const values = columns.cells[field];
      if (values) for (let at = 0; at < columns.count; at += 1) setText(field, rows[at] as number, values[at], stamp);
    }
    for (const field of STRICT_FIELDS) {
      const values = columns.cells[field];
      if (values) for (let at = 0; at < columns.count; at += 1) setStrict(field, rows[at] as number, values[at]);
    }
    setMembers(body, rows, stamp);
  }

  function foldChange(body: ChangeBody, stamp: Stamp): void {
    state.version += 1;
    const row = rowOf(body.row);
    nameRow(row, stamp, body.row.birth);
    for (const field of TEXT_FIELDS) setText(field, row, body.row.cells[field], stamp);
    // A change by hand may one day loosen, by naming the entries it had seen; until then it cannot.
    for (const field of STRICT_FIELDS) setStrict(field, row, body.row.cells[field]);
    setMembers(body, [row], stamp);
  }

  function foldRecipients(block: RecipientBlock, stamp: Stamp): void {
    const { isLater } = state.stamps;
    for (const id of block.contacts) {
      const row = rowOfId(state, highHalf(id), lowHalf(id));
      state.touched[row] = state.version;
      const first = state.firstMessaged[row] as Stamp;
      if (first === 0 || isLater(first, stamp)) state.firstMessaged[row] = stamp;
      const last = state.lastMessaged[row] as Stamp;
      if (last === 0 || isLater(stamp, last)) state.lastMessaged[row] = stamp;
    }
  }

  function foldGroups(body: CommitBody, stamp: Stamp): void {
    for (const group of body.newGroups) {
      const standing = state.named.get(group.id);
      if (!standing || state.stamps.isLater(stamp, standing.stamp)) state.named.set(group.id, { group, stamp });
    }
  }

  function rowOf(row: Row): number {
    if (row.id !== undefined) return rowOfId(state, highHalf(row.id), lowHalf(row.id));
    ids.hash(KEY_FIELDS.indexOf(row.key), row.keyValue, row.generation);
    return rowOfId(state, ids.high, ids.low);
  }

  function rowAt(columns: RowColumns, at: number): number {
    const id = columns.ids.get(at);
    if (id !== undefined) return rowOfId(state, highHalf(id), lowHalf(id));
    ids.hash(columns.keys[at] as number, columns.keyValues[at] as string, columns.generations[at] as number);
    return rowOfId(state, ids.high, ids.low);
  }

  function nameRow(row: number, stamp: Stamp, birth: boolean): void {
    const { isLater } = state.stamps;
    state.touched[row] = state.version;
    const changed = state.changed[row] as Stamp;
    if (changed === 0 || isLater(stamp, changed)) state.changed[row] = stamp;
    if (!birth) return;
    const created = state.created[row] as Stamp;
    if (created === 0 || isLater(created, stamp)) state.created[row] = stamp;
    if (state.born[row] === 0) {
      state.born[row] = 1;
      state.bornCount += 1;
    }
  }

  function setText(field: TextField, row: number, value: string | undefined, stamp: Stamp): void {
    if (value === undefined) return;
    const column = state.texts[field];
    const standing = column.stamps[row] as Stamp;
    if (!state.stamps.wins(stamp, standing)) return;
    if (standing === stamp) keepReplaced(field, row, column.values[row] ?? '', value, stamp);
    column.stamps[row] = stamp;
    column.values[row] = field === 'smsType' || field === 'status' ? oneOf(value) : value;
  }

  function keepReplaced(field: TextField, row: number, before: string, value: string, stamp: Stamp): void {
    if (before === value) return;
    const cells = state.replaced.get(row) ?? [];
    cells.push({ field, stamp, value: before });
    state.replaced.set(row, cells);
  }

  function setStrict(field: StrictField, row: number, value: string | undefined): void {
    if (value === undefined) return;
    const rank = STRICT_WORDS[field].indexOf(value) + 1;
    const column = state.stricts[field];
    if (rank > (column[row] as number)) column[row] = rank;
  }

  function setMembers(
    body: { readonly joins: readonly GroupId[]; readonly leaves: readonly GroupId[] },
    rows: ArrayLike<number>,
    stamp: Stamp,
  ): void {
    for (const [groups, membership] of [
      [body.leaves, 'left'],
      [body.joins, 'joined'],
    ] as const) {
      for (const group of groups) {
        const members = membersOf(state, group);
        for (let at = 0; at < rows.length; at += 1) members.set(rows[at] as number, stamp, membership);
      }
    }
  }

  function oneOf(word: string): string {
    const known = words.get(word);
    if (known !== undefined) return known;
    words.set(word, word);
    return word;
  }

  /** What an entry's blocks are folded with, once it counts. */
  function begin(entry: Entry, body: CommitBody | MessagedBody): (block: Block) => void {
    const stamp = count(entry, body);
    if (body.kind === 'commit') foldGroups(body, stamp);
    return (block) => {
      state.version += 1;
      if (block.kind === 'rows' && body.kind === 'commit') foldRows(block.columns, body, stamp);
      if (block.kind === 'recipients' && body.kind === 'messaged') foldRecipients(block, stamp);
    };
  }

  return {
    state,
    waiting,
    kept,
    apply(entry, blocks) {
      if (counted.has(entry.id)) return 'known';
      const body = knownBody(entry);
      if (!body) {
        kept.set(entry.id, entry);
        return 'kept';
      }
      if (body.kind === 'change') {
        foldChange(body, count(entry, body));
        return 'applied';
      }
      const found = body.blocks.map((ref) => blocks.get(ref.id));
      if (!found.every((block) => block !== undefined)) {
        waiting.set(entry.id, entry);
        return 'waiting';
      }
      found.forEach(begin(entry, body));
      return 'applied';
    },
    applyBySlices(entry) {
      const body = knownBody(entry);
      if (counted.has(entry.id) || !body || body.kind === 'change') return undefined;
      return begin(entry, body);
    },
  };
}
