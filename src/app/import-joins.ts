/**
 * Who joins which group by a column of an import (IMP-10): kept with each chunk, and written as one bulk change a group
 * beside the import, under its id, as bringing in a workspace does. So undo takes all of it, and every version that reads
 * commits reads these. Which group a name is, is not decided here.
 */
import { KEY_FIELDS } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { BlockId, ContactId, DeviceId, EntryId, GroupId, ImportId } from '#domain/ids';
import type { ReadGroups } from '#import/check-groups';
import type { CheckedRows } from '#import/check-slice';
import { encodeRows } from '#log/block';
import { idFromHalves } from '#log/contact-id';
import { rootOf, type FoldState } from '#log/fold-state';
import type { BlockRef, CommitBody, RowColumns } from '#log/types';
import type { BlockRow, ChunkJoins, ChunkRow, EntryDraft, ImportStore } from '#storage/types';
import type { ColumnGroup, PlannedSlice } from './worker-types.ts';

const BLOCK_ROWS = 4_000;

/** Names that chunks met, in the order of the file. */
export const namesOf = (chunks: readonly ChunkRow[]): string[] => chunks.flatMap(({ groups }) => groups?.names ?? []);

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
  const keys = rows.map((at) => KEY_FIELDS.findIndex((field) => columns[field]?.[at]));
  const ends: number[] = [];
  const joined: number[] = [];
  for (const at of rows) {
    for (const place of which.subarray(starts[at], starts[at + 1])) joined.push(place);
    ends.push(joined.length);
  }
  return {
    keys: Uint8Array.from(keys),
    keyValues: rows.map((at, row) => columns[KEY_FIELDS[keys[row] ?? 0] ?? 'userId']?.[at] ?? ''),
    ids: Uint32Array.from(rows.flatMap((at) => [contacts?.[2 * at] ?? 0, contacts?.[2 * at + 1] ?? 0])),
    ...{ starts: Uint32Array.from([0, ...ends]), which: Uint16Array.from(joined) },
  };
}

interface BesideParts {
  readonly state: FoldState;
  readonly device: DeviceId;
  readonly imports: Pick<ImportStore, 'chunks'>;
  readonly newId: () => string;
  readonly importId: ImportId;
  readonly fileName: string;
  /** By every row: nobody joins these twice. */
  readonly joined: readonly GroupId[];
  readonly groups: readonly ColumnGroup[];
}

/** One bulk change for each group that somebody joins who is not in it. */
export async function besideOf(parts: BesideParts): Promise<NonNullable<Parameters<ImportStore['write']>[3]>> {
  const { state, importId, fileName, joined } = parts;
  const chunks = await parts.imports.chunks(importId);
  const drafts: EntryDraft[] = [];
  const blocks: BlockRow[] = [];
  const encode = async (rows: readonly Joining[]): Promise<BlockRef> => {
    const { bytes, ...ref } = await encodeRows(naming(rows));
    const id = parts.newId() as BlockId;
    blocks.push({ id, hash: ref.hash, bytes });
    return { id, ...ref };
  };
  for (const [place, column] of parts.groups.entries()) {
    if (!column || column.group.id === DEFAULT_GROUP_ID || joined.includes(column.group.id)) continue;
    const { group, kind } = column;
    const rows = joining(state, chunks, place, group.id);
    const refs: BlockRef[] = [];
    for (let from = 0; from < rows.length; from += BLOCK_ROWS)
      refs.push(await encode(rows.slice(from, from + BLOCK_ROWS)));
    if (refs.length === 0) continue;
    const body: CommitBody = {
      ...{ kind: 'commit', source: 'bulk', importId, fileName, weight: 'weak', blocks: refs },
      ...{ joins: [group.id], leaves: [], newGroups: kind === 'new' ? [group] : [] },
    };
    // Derived, as the import's own: two tabs that write it write it once.
    drafts.push({ id: `import-${importId}-${group.id}` as EntryId, device: parts.device, body });
  }
  return { drafts, blocks };
}

interface Joining {
  readonly key: number;
  readonly keyValue: string;
  readonly id: ContactId;
}

function joining(state: FoldState, chunks: readonly ChunkRow[], place: number, group: GroupId): readonly Joining[] {
  const members = state.members.get(group);
  const rows = new Map<ContactId, Joining>();
  for (const { groups } of chunks) {
    if (!groups) continue;
    const { keys, keyValues, ids, starts, which } = groups.joins;
    for (let row = 0; row < keys.length; row += 1) {
      if (!which.subarray(starts[row], starts[row + 1]).includes(place)) continue;
      const [high, low] = [ids[2 * row] ?? 0, ids[2 * row + 1] ?? 0];
      const known = members ? state.ids.find(high, low) : -1;
      if (known >= 0 && members?.has(rootOf(state, known)) === true) continue;
      const id = idFromHalves<ContactId>(high, low);
      if (!rows.has(id)) rows.set(id, { key: keys[row] ?? 0, keyValue: keyValues[row] ?? '', id });
    }
  }
  return [...rows.values()];
}

/** Rows that say nothing but whom they are about. */
function naming(rows: readonly Joining[]): RowColumns {
  return {
    ...{ count: rows.length, cells: {}, keys: Uint8Array.from(rows, ({ key }) => key) },
    ...{ keyValues: rows.map(({ keyValue }) => keyValue), generations: new Uint16Array(rows.length) },
    ...{ births: new Uint8Array(rows.length), ids: new Map(rows.map(({ id }, at) => [at, id])) },
  };
}
