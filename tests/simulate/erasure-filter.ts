/**
 * What a device does to its pending entries when it hears of an erasure (DESIGN, Contacts 7): rows that name the person
 * go, before anything is shared. What is shared already, the fold drops by time.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { BlockId, ContactId } from '#domain/ids';
import type { Block } from '#log/fold';
import type { CommitBody, Entry, EntryBody, ErasureBody, Row } from '#log/types';
import { blockOfRows } from '#tests/builders/blocks';
import { ids } from '#tests/builders/entries';

export interface Erased {
  readonly contacts: ReadonlySet<ContactId>;
  readonly keys: ReadonlySet<ContactId>;
}

export const blockIdsOf = (entry: Entry): readonly BlockId[] =>
  ((entry.body as Partial<CommitBody>).blocks ?? []).map(({ id }) => id);

export const erasedBy = (bodies: readonly ErasureBody[]): Erased => ({
  contacts: new Set(bodies.flatMap(({ contacts }) => contacts)),
  keys: new Set(bodies.flatMap(({ keys }) => keys)),
});

/** Rows of an entry, whatever its kind. */
export function rowsIn(entry: Entry, blocks: ReadonlyMap<BlockId, Block>): readonly Row[] {
  const body = entry.body as EntryBody;
  if (body.kind === 'change') return [body.row];
  return blockIdsOf(entry).flatMap((id) => {
    const block = blocks.get(id);
    return block?.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [];
  });
}

/** The entry without the erased, or undefined where nothing of it is left. New blocks are put into `blocks`. */
export function filterEntry(
  entry: Entry,
  erased: Erased,
  blocks: Map<BlockId, Block>,
  newId: () => BlockId,
): Entry | undefined {
  const body = entry.body as EntryBody;
  if (body.kind === 'change') return namesErased(body.row, erased) ? undefined : entry;
  if (body.kind === 'merge') return namesErasedKey(body.cells, erased) ? undefined : entry;
  if (body.kind !== 'commit') return entry;
  const refs = body.blocks.map((ref) => {
    const block = blocks.get(ref.id);
    if (block?.kind !== 'rows') return ref;
    const rows = Array.from({ length: block.count }, (_, at) => block.rowAt(at));
    const left = rows.filter((row) => !namesErased(row, erased));
    if (left.length === rows.length) return ref;
    const id = newId();
    blocks.set(id, blockOfRows(left));
    return { id, hash: 'ff', rows: left.length, sizeBytes: 1 };
  });
  return refs.every((ref, at) => ref === body.blocks[at]) ? entry : { ...entry, body: { ...body, blocks: refs } };
}

export function namesErased({ id, key, keyValue, generation, cells }: Row, erased: Erased): boolean {
  return (
    erased.contacts.has(id ?? ids.idOf(key, keyValue, generation)) ||
    (keyValue !== '' && erased.keys.has(ids.idOf(key, keyValue, 0))) ||
    namesErasedKey(cells, erased)
  );
}

export const namesErasedKey = (cells: Row['cells'], { keys }: Erased): boolean =>
  KEY_FIELDS.some((field) => {
    const value = cells[field] ?? '';
    return value !== '' && keys.has(ids.idOf(field, value, 0));
  });
