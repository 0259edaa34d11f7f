/**
 * What is done with many contacts at once (CON-8): whom a filter chose, fixed at that moment, and the commits that say
 * what was done with them. A row says only what is new of its contact; whoever is as asked already is in no row. One
 * contact alone is changed by hand.
 */
import { createBits, hasBit, setBit } from '#audience/bits';
import { contactAt, idAt, isListed, rowOfContact } from '#audience/columns';
import type { ContactWindow, Filter } from '#audience/types';
import type { AudienceView } from '#audience/view';
import { KEY_FIELDS, STRICT_FIELDS } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { BlockId, ContactId, EntryId, GroupId } from '#domain/ids';
import { isTagCell } from '#domain/tag';
import type { NamedKeys } from '#import/read-keys';
import { encodeRows, type EncodedBlock } from '#log/block';
import { DELETED } from '#log/born';
import { rootOf } from '#log/fold-state';
import type { BlockRef, CommitBody, RowColumns } from '#log/types';
import type { BlockRow } from '#storage/types';
import { namingColumns, type Change } from './audience-changes.ts';
import { cellAt, emptyOf, planEdit, saidBy } from './audience-edits.ts';
import type { BulkAct, BulkResult, Choice, Chosen, ContactEdit, KeysChoice } from './worker-types.ts';

export interface BulkParts {
  readonly view: AudienceView;
  /** Before a filter is asked that must be searched for. */
  readonly ready: (filter: Filter) => Promise<void>;
  readonly write: (change: Change) => Promise<EntryId>;
  readonly newId: () => string;
}

export type AudienceBulk = ReturnType<typeof createBulk>;

const BLOCK_ROWS = 4_000;
const PACKED_AT_ONCE = 4;
/** One whose details are looked at, and one in another place: older ones nobody can still see. */
const CHOICES = 2;
/** Words of so many entries may be replaced by one commit: an entry is read whole by everybody. */
const MOST_REPLACED = 1_000;

export function createBulk({ view, ready, write, newId }: BulkParts) {
  const { state } = view;
  /** Ids, two halves each: rows are others once all is folded anew. */
  const choices = new Map<number, Uint32Array>();
  let made = 0;
  /** An export asks for the same million in five hundred windows. */
  let last:
    { readonly name: string; readonly version: number; readonly rows: readonly number[] | undefined } | undefined;

  async function choose(filter: Filter): Promise<Choice> {
    await ready(filter);
    return keep(view.rows(filter));
  }

  async function chooseByKeys(keys: readonly NamedKeys[]): Promise<KeysChoice> {
    await ready({});
    const found = new Set<number>();
    const missing: number[] = [];
    keys.forEach((named, at) => {
      const isKnown = KEY_FIELDS.some((field, key) => {
        let holders = 0;
        const value = named[field] ?? '';
        if (value !== '')
          state.keys.forEach(key, value, (row) => {
            found.add(row);
            holders += 1;
          });
        return holders > 0;
      });
      if (!isKnown) missing.push(at);
    });
    return { ...keep(Uint32Array.from(found)), missing };
  }

  function keep(rows: Uint32Array): Choice {
    const halves = new Uint32Array(rows.length * 2);
    rows.forEach((row, at) => {
      halves[at * 2] = state.ids.highs[row] as number;
      halves[at * 2 + 1] = state.ids.lows[row] as number;
    });
    made += 1;
    choices.set(made, halves);
    for (const oldest of choices.keys()) if (choices.size > CHOICES) choices.delete(oldest);
    return { choice: made, count: rows.length };
  }

  /** Those that are still there, once each, in the order in which they were chosen. Undefined: of no choice that is known. */
  function rowsOf(chosen: Chosen): readonly number[] | undefined {
    const name = JSON.stringify(chosen);
    if (last?.name !== name || last.version !== state.version)
      last = { name, version: state.version, rows: lookUp(chosen) };
    return last.rows;
  }

  function lookUp(chosen: Chosen): readonly number[] | undefined {
    const taken = createBits(state.ids.count);
    const found: number[] = [];
    const add = (row: number) => {
      const root = row < 0 ? row : rootOf(state, row);
      if (root < 0 || hasBit(taken, root) || (!isListed(state, root) && state.born[root] !== DELETED)) return;
      setBit(taken, root, true);
      found.push(root);
    };
    if (!('choice' in chosen)) {
      chosen.contacts.forEach((id) => add(rowOfContact(state, id)));
      return found;
    }
    const halves = choices.get(chosen.choice);
    if (!halves) return undefined;
    for (let at = 0; at < halves.length; at += 2) add(state.ids.find(halves[at] as number, halves[at + 1] as number));
    const without = new Set(chosen.without.map((id) => rootOf(state, rowOfContact(state, id))));
    return without.size === 0 ? found : found.filter((row) => !without.has(row));
  }

  function window(chosen: Chosen, offset: number, limit: number): ContactWindow {
    const rows = rowsOf(chosen) ?? [];
    const contacts = rows.slice(offset, offset + limit).map((row) => contactAt(state, row, view.groups.of(row)));
    return { version: view.version(), total: rows.length, offset, contacts };
  }

  /** Static groups in which some of them are; the default group is nobody's to leave. */
  function groupsAmong(rows: readonly number[]): GroupId[] {
    return [...state.members.keys()].filter((group) => {
      if (view.groups.isDynamic(group)) return false;
      const isMember = view.groups.memberTest(group);
      return rows.some(isMember);
    });
  }

  async function act(chosen: Chosen, asked: BulkAct): Promise<BulkResult> {
    const rows = rowsOf(chosen);
    if (!rows) return { kind: 'lost' };
    // In a dynamic group is nobody by hand.
    const isStatic = (group: GroupId) => group !== DEFAULT_GROUP_ID && !view.groups.isDynamic(group);
    const joins = asked.joins.filter(isStatic);
    const among =
      asked.leaves === 'others' ? groupsAmong(rows).filter((group) => !joins.includes(group)) : asked.leaves;
    const leaves = among.filter(isStatic);
    const isIn = (groups: readonly GroupId[]) => groups.map((group) => view.groups.memberTest(group));
    const [joined, left] = [isIn(joins), isIn(leaves)];
    const cells = Object.entries(asked.cells).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const isNew = (row: number, [name = '', value]: readonly string[]) => {
      const standing = cellAt(state, name, row) ?? emptyOf(name);
      // A tag is there or not, however it is spelled.
      return isTagCell(name) ? (standing === '') !== (value === '') : standing !== value;
    };
    const [only, ...more] = rows;
    if (only !== undefined && more.length === 0) {
      const news = Object.fromEntries(cells.filter((cell) => isNew(only, cell)));
      return changeOne(idAt(state, only), { cells: news, joins, leaves });
    }
    const changed = rows.filter(
      (row) =>
        joined.some((isMember) => !isMember(row)) ||
        left.some((isMember) => isMember(row)) ||
        cells.some((cell) => isNew(row, cell)),
    );
    const entries: EntryId[] = [];
    for (const part of partsOf(changed, asked)) {
      const said = cells.map(([name = '', value]) => ({
        name,
        values: part.rows.map((row) => (isNew(row, [name, value as string]) ? value : undefined)),
      }));
      entries.push(await write(await commitOf(part, said, { joins, leaves })));
    }
    return entries.length === 0 ? { kind: 'unchanged' } : { kind: 'done', entries, count: changed.length };
  }

  /** It keeps the contact when its import is undone, which a bulk change does not. */
  async function changeOne(contact: ContactId, edit: ContactEdit): Promise<BulkResult> {
    const planned = planEdit(view, contact, edit);
    if (planned.kind !== 'edit') return { kind: 'unchanged' };
    await write(planned.change);
    return { kind: 'changed', contact, inverse: planned.inverse };
  }

  /** Mostly one: more where the words of very many entries are replaced. */
  function partsOf(rows: readonly number[], { cells }: BulkAct): Part[] {
    const fields = STRICT_FIELDS.filter((field) => cells[field] !== undefined);
    if (rows.length === 0) return [];
    if (fields.length === 0) return [{ rows, replaces: [] }];
    const parts: { rows: number[]; replaces: Set<EntryId> }[] = [];
    for (const row of rows) {
      const said = fields.flatMap((field) => saidBy(state, field, row));
      let part = parts.at(-1);
      if (!part || part.replaces.size + said.length > MOST_REPLACED)
        parts.push((part = { rows: [], replaces: new Set() }));
      part.rows.push(row);
      for (const entry of said) part.replaces.add(entry);
    }
    return parts.map((part) => ({ rows: part.rows, replaces: [...part.replaces] }));
  }

  async function commitOf(
    { rows, replaces }: Part,
    cells: readonly { readonly name: string; readonly values: readonly (string | undefined)[] }[],
    groups: Pick<CommitBody, 'joins' | 'leaves'>,
  ): Promise<Change> {
    const packing: Promise<EncodedBlock>[] = [];
    for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
      const to = from + BLOCK_ROWS;
      const columns: RowColumns = {
        ...namingColumns(view, rows.slice(from, to)),
        cells: Object.fromEntries(cells.map(({ name, values }) => [name, values.slice(from, to)])),
      };
      // The ones before it are packed, on other threads, while this one is written.
      packing.push(encodeRows(columns));
      await packing.at(-PACKED_AT_ONCE);
    }
    const blocks: BlockRow[] = [];
    const refs: BlockRef[] = [];
    for (const { bytes, ...ref } of await Promise.all(packing)) {
      const id = newId() as BlockId;
      refs.push({ id, ...ref });
      blocks.push({ id, hash: ref.hash, bytes });
    }
    const said = { blocks: refs, newGroups: [], ...groups, ...(replaces.length > 0 && { replaces }) };
    return { body: { kind: 'commit', source: 'bulk', weight: 'strong', ...said }, blocks };
  }

  return {
    choose,
    chooseByKeys,
    window,
    act,
    groupsAmong: (chosen: Chosen): readonly GroupId[] => groupsAmong(rowsOf(chosen) ?? []),
  };
}

interface Part {
  readonly rows: readonly number[];
  readonly replaces: readonly EntryId[];
}
