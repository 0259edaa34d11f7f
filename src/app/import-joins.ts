/**
 * Who joins which group by a column of an import (IMP-10): kept with each chunk, and written as one commit a group, under
 * the import's id and before it, so that keys stand as they did when it was planned. Its rows come by their key, as the
 * import's own: where somebody else has left that key meanwhile, both go to whoever has it now. Undo takes all of them,
 * and every version that reads commits reads these. Which group a name is, is not decided here.
 */
import { textAt } from '#audience/columns';
import { KEY_FIELDS } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { BlockId, ContactId, DeviceId, GroupId, ImportId } from '#domain/ids';
import type { ReadGroups } from '#import/check-groups';
import type { CheckedRows } from '#import/check-slice';
import { encodeRows } from '#log/block';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import { rootOf, type FoldState } from '#log/fold-state';
import type { BlockRef, CommitBody, RowColumns } from '#log/types';
import type { BlockRow, ChunkJoins, ChunkRow, EntryDraft, ImportStore } from '#storage/types';
import { importEntryId } from './audience-log.ts';
import type { ColumnGroup, PlannedSlice } from './worker-types.ts';

const BLOCK_ROWS = 4_000;
/** Of a key that many have left one after the other; beyond, the id is named. */
const GENERATIONS = 8;

/** Names that chunks met, in the order of the file. */
export const namesOf = (chunks: readonly ChunkRow[]): string[] => chunks.flatMap(({ groups }) => groups?.names ?? []);

/** Those that some row joins; undefined for the others, since they join nobody and make nothing. */
export function joinedNames(chunks: readonly ChunkRow[]): readonly (string | undefined)[] {
  const joined = new Set(chunks.flatMap(({ groups }) => [...new Set(groups?.joins.which)]));
  return namesOf(chunks).map((name, place) => (joined.has(place) ? name : undefined));
}

/** Rows that join something and are somebody's. */
export function joinsOf(
  { columns, count }: Pick<CheckedRows, 'columns' | 'count'>,
  { starts, which }: ReadGroups,
  { contacts }: Pick<PlannedSlice, 'contacts'>,
): ChunkJoins {
  const rows: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const isSomebodys = contacts !== undefined && (contacts[2 * at] !== 0 || contacts[2 * at + 1] !== 0);
    if (isSomebodys && (starts[at + 1] as number) > (starts[at] as number)) rows.push(at);
  }
  const ends: number[] = [];
  const joined: number[] = [];
  for (const at of rows) {
    for (const place of which.subarray(starts[at], starts[at + 1])) joined.push(place);
    ends.push(joined.length);
  }
  return {
    keyValues: rows.flatMap((at) => KEY_FIELDS.map((field) => columns[field]?.[at] ?? '')),
    ids: Uint32Array.from(rows.flatMap((at) => [contacts?.[2 * at] ?? 0, contacts?.[2 * at + 1] ?? 0])),
    ...{ starts: Uint32Array.from([0, ...ends]), which: Uint16Array.from(joined) },
  };
}

interface BesideParts {
  readonly state: FoldState;
  readonly ids: ContactIds;
  readonly device: DeviceId;
  readonly imports: Pick<ImportStore, 'chunks'>;
  readonly newId: () => string;
  /** Between blocks: whoever looks at the list waits for no more than one. */
  readonly pause: () => Promise<void>;
  readonly importId: ImportId;
  readonly fileName: string;
  /** By every row: nobody joins these twice. */
  readonly joined: readonly GroupId[];
  readonly groups: readonly ColumnGroup[];
}

/** One commit for each group that somebody joins who is not in it. */
export async function besideOf(parts: BesideParts): Promise<NonNullable<Parameters<ImportStore['write']>[3]>> {
  const { importId, fileName, joined } = parts;
  const byPlace = joiningByPlace(parts, await parts.imports.chunks(importId));
  const drafts: EntryDraft[] = [];
  const blocks: BlockRow[] = [];
  const encode = async (rows: readonly Joining[]): Promise<BlockRef> => {
    const { bytes, ...ref } = await encodeRows(naming(rows));
    const id = parts.newId() as BlockId;
    blocks.push({ id, hash: ref.hash, bytes });
    await parts.pause();
    return { id, ...ref };
  };
  for (const [place, column] of parts.groups.entries()) {
    if (!column || column.group.id === DEFAULT_GROUP_ID || joined.includes(column.group.id)) continue;
    const { group, kind } = column;
    const rows = [...(byPlace[place]?.values() ?? [])];
    const refs: BlockRef[] = [];
    for (let from = 0; from < rows.length; from += BLOCK_ROWS)
      refs.push(await encode(rows.slice(from, from + BLOCK_ROWS)));
    if (refs.length === 0) continue;
    const body: CommitBody = {
      ...{ kind: 'commit', source: 'import', importId, fileName, weight: 'weak', blocks: refs },
      ...{ joins: [group.id], leaves: [], newGroups: kind === 'new' ? [group] : [] },
    };
    // Derived, as the import's own: two tabs that write it write it once.
    drafts.push({ id: importEntryId(importId, group.id), device: parts.device, body });
  }
  return { drafts, blocks };
}

/** How a row of the commit names its contact. */
interface Joining {
  readonly key: number;
  readonly keyValue: string;
  readonly generation: number;
  /** Where it is not the hash of the key. */
  readonly id?: ContactId;
}

/** By the name's place, who joins that is not in it; each row is looked at once. */
function joiningByPlace(parts: BesideParts, chunks: readonly ChunkRow[]): readonly ReadonlyMap<ContactId, Joining>[] {
  const { state, groups } = parts;
  const members = groups.map((column) => column && state.members.get(column.group.id));
  const byPlace = groups.map(() => new Map<ContactId, Joining>());
  for (const { joins } of chunks.flatMap((chunk) => chunk.groups ?? [])) {
    const { keyValues, ids, starts, which } = joins;
    for (let row = 0; row + 1 < starts.length; row += 1) {
      const [high, low] = [ids[2 * row] ?? 0, ids[2 * row + 1] ?? 0];
      const found = state.ids.find(high, low);
      const known = found < 0 ? found : rootOf(state, found);
      const id = idFromHalves<ContactId>(high, low);
      let named: Joining | undefined;
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
        const place = which[at] ?? 0;
        const joining = byPlace[place];
        if (!joining || joining.has(id) || (known >= 0 && members[place]?.has(known) === true)) continue;
        const values = keyValues.slice(KEY_FIELDS.length * row, KEY_FIELDS.length * (row + 1));
        joining.set(id, (named ??= namingOf(parts, values, id, known)));
      }
    }
  }
  return byPlace;
}

/** `known`: the contact's row of the state, -1 where the import makes it. `values`: the row's keys. */
function namingOf(
  { state, ids }: Pick<BesideParts, 'state' | 'ids'>,
  values: readonly string[],
  id: ContactId,
  known: number,
): Joining {
  const holds = (value: string, key: number) =>
    value !== '' && known >= 0 && textAt(state, KEY_FIELDS[key] ?? 'userId', known) === value;
  const named = (key: number, generation: number): Joining => {
    const keyValue = values[key] ?? '';
    const isHash = ids.idOf(KEY_FIELDS[key] ?? 'userId', keyValue, generation) === id;
    return { key, keyValue, generation, ...(!isHash && { id }) };
  };
  const held = values.findIndex(holds);
  if (held >= 0) return named(held, 0);
  for (let generation = 0; generation < GENERATIONS; generation += 1)
    for (const [key, value] of values.entries()) {
      const naming = value === '' ? undefined : named(key, generation);
      if (naming && naming.id === undefined) return naming;
    }
  return named(
    values.findIndex((value) => value !== ''),
    0,
  );
}

/** Rows that say nothing but whom they are about. */
function naming(rows: readonly Joining[]): RowColumns {
  return {
    ...{ count: rows.length, cells: {}, keys: Uint8Array.from(rows, ({ key }) => key) },
    ...{ keyValues: rows.map(({ keyValue }) => keyValue), births: new Uint8Array(rows.length) },
    generations: Uint16Array.from(rows, ({ generation }) => generation),
    ids: new Map(rows.flatMap(({ id }, at) => (id === undefined ? [] : [[at, id] as const]))),
  };
}
