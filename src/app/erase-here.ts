/**
 * Lets go, on this device, of whoever was erased (DESIGN, Contacts 7): entries, blocks, imports under way, lists of
 * errors. Runs before anything is shown or shared, from the mark that came with the erasure until all is done; cut off
 * anywhere it begins again. What lies nowhere but in memory is gone with the next fold.
 */
import type { BlockId, EntryId, ImportId } from '#domain/ids';
import { withoutRows } from '#import/kept-rows';
import { withMends } from '#import/mends';
import { openRows } from '#import/row-source';
import { filterBlock } from '#log/erased-block';
import { createErasureFilter, erasuresIn, UNKNOWING, type ErasureFilter } from '#log/erasure-filter';
import type { BlockRef, CommitBody, LogTime } from '#log/types';
import type { BlockStore, EntryRow, ErasureStore, ImportRow, ImportStore } from '#storage/types';
import { FIRST_CHECKPOINT } from './import-run.ts';

export interface EraseParts {
  readonly erasures: ErasureStore;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly imports: Pick<ImportStore, 'list' | 'file'>;
  /** The workspace's 16 bytes. */
  readonly salt: Uint8Array;
  readonly newBlockId: () => BlockId;
  /** Lets the page answer between two blocks. */
  readonly pause: () => Promise<void>;
}

/** `restarted`: imports that are to be checked anew, from a file in which she no longer is. */
export interface Erased {
  readonly entries: readonly EntryId[];
  readonly restarted: readonly ImportId[];
}

const ENTRIES_AT_ONCE = 500;

/** Undefined where nothing was left to do. */
export async function eraseHere(parts: EraseParts): Promise<Erased | undefined> {
  const unfinished = await parts.erasures.unfinished();
  if (unfinished.length === 0) return undefined;
  const filter = createErasureFilter(parts.salt, erasuresIn(unfinished));
  const restarted = await eraseFromImports(parts, filter);
  const named = await eraseFromEntries(parts, filter);
  await eraseFromBlocks(parts, filter, named);
  const entries = unfinished.map(({ id }) => id);
  await parts.erasures.finish(entries);
  return { entries, restarted };
}

/** By block: who names it, and when what it says was said. */
type Named = ReadonlyMap<BlockId, { readonly positions: readonly number[]; readonly saidAt: LogTime }>;

async function eraseFromEntries({ erasures, pause }: EraseParts, filter: ErasureFilter): Promise<Named> {
  const named = new Map<BlockId, { positions: number[]; saidAt: LogTime }>();
  for (let after = 0, more = true; more;) {
    const rows = await erasures.entries(after, ENTRIES_AT_ONCE);
    const changed: EntryRow[] = [];
    const removed: EntryRow[] = [];
    for (const row of rows) {
      const position = row.position ?? after;
      after = position;
      const saidAt = row.sharing === 'shared' || row.again ? row.entry.time : UNKNOWING;
      for (const { id } of refsOf(row)) {
        const known = named.get(id);
        if (known) known.positions.push(position);
        else named.set(id, { positions: [position], saidAt });
      }
      const left = filter.entry(row.entry, saidAt);
      if (left === row.entry) continue;
      if (left) changed.push({ ...row, entry: left });
      else if (row.sharing === 'shared') changed.push({ ...row, entry: filter.emptied(row.entry) });
      else removed.push(row);
    }
    if (changed.length + removed.length > 0) await erasures.changeEntries(changed, removed);
    more = rows.length === ENTRIES_AT_ONCE;
    await pause();
  }
  return named;
}

/** All that lie here, also those that nobody names: bytes are bytes. */
async function eraseFromBlocks(parts: EraseParts, filter: ErasureFilter, named: Named): Promise<void> {
  const { erasures, blocks, newBlockId, pause } = parts;
  for (const id of await erasures.blockIds()) {
    const [row] = await blocks.get([id]);
    const by = named.get(id);
    const left = row && (await filterBlock(row.bytes, filter, by?.saidAt ?? UNKNOWING));
    if (left) {
      const { bytes, ...ref } = left;
      await erasures.replaceBlock(id, { ref: { id: newBlockId(), ...ref }, bytes }, by?.positions ?? []);
    }
    await pause();
  }
}

async function eraseFromImports(parts: EraseParts, filter: ErasureFilter): Promise<readonly ImportId[]> {
  const restarted: ImportId[] = [];
  for (const row of await parts.imports.list()) {
    if (row.phase !== 'written' && (await eraseFromKept(parts, filter, row))) restarted.push(row.id);
    else await eraseFromProblems(parts, filter, row);
    await parts.pause();
  }
  return restarted;
}

/** Answers whether the import begins anew: the plan, and what was found wrong, were made of the file as it was. */
async function eraseFromKept(parts: EraseParts, filter: ErasureFilter, row: ImportRow): Promise<boolean> {
  const { settings } = row;
  const file = await parts.imports.file(row.id);
  const source = file && (await openRows(file, settings.reading));
  if (!source || typeof source === 'string') return false;
  // A mended cell may be hers, and one that was mended too: they lie in two places until they are written as one.
  const mends = row.mends ?? [];
  const kept = await withoutRows(
    withMends(source, mends),
    settings,
    (field, value) => filter.namesKey(field, value, UNKNOWING),
    mends.length > 0 ? 'always' : 'whereSheIs',
  );
  if (!kept) return false;
  const changed = { file: kept.file, settings: { ...settings, reading: kept.reading } };
  await parts.erasures.restartImport(row.id, FIRST_CHECKPOINT, changed);
  return true;
}

/** What an older version kept says not whose it is: then the value goes, and the row's number stays. */
async function eraseFromProblems({ erasures }: EraseParts, filter: ErasureFilter, row: ImportRow): Promise<void> {
  for (const chunk of await erasures.chunks(row.id)) {
    const { problemKeys } = chunk;
    if (chunk.problems.length === 0) continue;
    if (!problemKeys) {
      await erasures.changeChunk({ ...chunk, problems: chunk.problems.map((problem) => ({ ...problem, value: '' })) });
      continue;
    }
    const isLeft = (at: number) => !problemKeys[at]?.some((key) => filter.namesHash(key));
    if (chunk.problems.every((_, at) => isLeft(at))) continue;
    await erasures.changeChunk({
      ...chunk,
      problems: chunk.problems.filter((_, at) => isLeft(at)),
      problemKeys: problemKeys.filter((_, at) => isLeft(at)),
    });
  }
}

const refsOf = ({ entry }: EntryRow): readonly BlockRef[] => (entry.body as Partial<CommitBody>).blocks ?? [];
