/**
 * Folds the log that lies on this device: what its snapshot does not count, in the order of arrival, a few blocks at a
 * time (`#log/fold-log`), so that questions are answered meanwhile.
 */
import type { EntryId, GroupId, ImportId } from '#domain/ids';
import { parseEntry } from '#log/entry';
import type { Fold } from '#log/fold';
import { createEntryFolding } from '#log/fold-log';
import type { Entry } from '#log/types';
import type { BlockStore, EntryStore } from '#storage/types';
import type { AudienceSnapshot } from './audience-snapshot.ts';
import { lazily } from './lazily.ts';

export interface AudienceLogParts {
  readonly entries: Pick<EntryStore, 'after'>;
  readonly blocks: Pick<BlockStore, 'get' | 'present'>;
  readonly fold: Fold;
  /** Absent where every opening folds from nothing. */
  readonly snapshot?: Pick<AudienceSnapshot, 'open' | 'begin' | 'forgetOrigins' | 'noting'> | undefined;
  /** Lets questions that came meanwhile be answered. */
  readonly pause: () => Promise<void>;
}

export interface AudienceLog {
  /** Folds what is new on disk. `onSlice` after each step; one run at a time, the others wait for theirs. */
  readonly catchUp: (onSlice?: () => void) => Promise<void>;
  /**
   * Every entry that lies here and was not refused, in the order of arrival; undefined where it is none that can be
   * read. Looks without folding: history and the list of imports are asked of it.
   */
  readonly eachEntry: (visit: (entry: Entry | undefined) => Promise<void> | void) => Promise<void>;
  /** After entries that were folded got other times, or were refused by the relay. */
  readonly foldAnew: () => Promise<void>;
  /** Runs it while nothing is folded, with the position of the last entry that was. */
  readonly still: (job: (position: number) => Promise<void>) => Promise<void>;
  readonly position: () => number;
}

const ENTRIES_AT_ONCE = 500;

const again = lazily(() => import('#log/fold-again'));

export function createAudienceLog(parts: AudienceLogParts): AudienceLog {
  const { entries, blocks, fold, snapshot, pause } = parts;
  const folding = createEntryFolding(blocks, pause);
  let position = 0;
  let opening: 'not' | 'begun' | 'done' = 'not';
  let running: Promise<void> = Promise.resolve();

  async function run(onSlice: () => void): Promise<void> {
    if (opening !== 'done') await open(onSlice);
    const noting = snapshot?.noting(fold) ?? fold;
    for (const entry of [...fold.waiting.values()]) await folding.add(noting, entry, onSlice);
    await eachAfter(position, async (entry, at) => {
      if (entry) await folding.add(noting, entry, onSlice);
      position = at;
    });
    onSlice();
    if (fold.stale) await foldAgain();
  }

  /** What came late is mostly of the last days: only what came after it is folded again then. */
  async function foldAgain(): Promise<void> {
    const { behindOf } = await again();
    const behind = behindOf(fold);
    if (behind) behind.catchUp(await folding.read(behind.entries));
    if (fold.stale) await foldAnew();
  }

  async function open(onSlice: () => void): Promise<void> {
    // Cut off by a failing disk, it has filled a part of the fold.
    const wasCut = opening === 'begun';
    opening = 'begun';
    const opened = wasCut ? 'unsound' : ((await snapshot?.open(onSlice)) ?? 'none');
    if (opened === 'unsound') await foldAnew();
    else position = opened === 'none' ? 0 : opened;
    opening = 'done';
  }

  async function eachAfter(from: number, visit: (entry: Entry | undefined, position: number) => Promise<void> | void) {
    for (;;) {
      const rows = await entries.after(from, ENTRIES_AT_ONCE);
      for (const row of rows) {
        from = row.position ?? from;
        await visit(row.sharing === 'refused' ? undefined : parseEntry(row.entry), from);
      }
      if (rows.length < ENTRIES_AT_ONCE) return;
      await pause();
    }
  }

  /** From the disk, in the order of entries. Until it is done, questions are answered as before. */
  async function foldAnew(): Promise<void> {
    await snapshot?.begin();
    const all: Entry[] = [];
    await eachAfter(0, (entry, at) => {
      if (entry) all.push(entry);
      position = at;
    });
    const { anewOf } = await again();
    const anew = anewOf(fold, all);
    for (const pass of anew.passes) {
      if (pass.isFromNothing) snapshot?.forgetOrigins();
      const to = snapshot?.noting(pass) ?? pass;
      for (const entry of pass.inOrder) await folding.add(to, entry);
    }
    anew.done();
    opening = 'done';
  }

  /** A failure is its caller's; whoever comes next tries anew. */
  function oneByOne(job: () => Promise<void>): Promise<void> {
    const next = running.then(job);
    running = next.catch(() => undefined);
    return next;
  }

  return {
    eachEntry: (visit) => eachAfter(0, visit),
    catchUp: (onSlice = () => undefined) => oneByOne(() => run(onSlice)),
    foldAnew: () => oneByOne(foldAnew),
    still: (job) => oneByOne(() => job(position)),
    position: () => position,
  };
}

/** Of an import's entry, derived, so that adding it twice is adding it once; of a group that a column of its file names, the entry of who joins it. */
export const importEntryId = (importId: ImportId, group?: GroupId): EntryId =>
  (group === undefined ? `import-${importId}` : `import-${importId}-${group}`) as EntryId;
