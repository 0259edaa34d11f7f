/**
 * A log as it stood before each time that a commit was undone, or done again, and as it would have stood without that
 * commit: what is to be looked at so that words of consent outlast every undo (`kept-words.ts`). Undo of a merge is none
 * of these times: un-merging is somebody's own act and gives each his own back.
 */
import type { EntryId } from '#domain/ids';
import { compareEntries, type Place } from './stamps.ts';
import type { Undo } from './verdicts.ts';

/** The log, or its beginning, as it stands with some of its commits undone. */
export interface Past {
  /** Two of one name are the same. */
  readonly name: string;
  /** Commits and merges, from the first entry on. */
  readonly undone: ReadonlySet<EntryId>;
  /** It goes up to there; undefined for the log as it is. */
  readonly end: Undo | undefined;
  /** What stands at the end of each of these is kept from there on. */
  readonly after: readonly Past[];
}

/** Of all undos, in their order, and all commits. Each after those that it needs; the last is the log as it is. */
export function pastsOf(undos: readonly Undo[], commits: ReadonlyMap<EntryId, Place>): readonly Past[] {
  const reversals = reversalsIn(undos, commits);
  const all = new Map<string, Past>();

  function add(end: Undo | undefined, after: readonly Past[], without?: EntryId): Past {
    const name = `${end?.entry.id ?? ''} ${without ?? ''}`;
    const known = all.get(name);
    if (known) return known;
    const past: Past = { name, end, after, undone: undoneBefore(undos, commits, end, without) };
    all.set(name, past);
    return past;
  }

  const main: Past[] = [];
  /** As it would have come to this reversal without its commit: until that was written, as it did. */
  function instead({ of }: Undo): readonly Past[] {
    const commit = commits.get(of) as Place;
    const isEarlier = ({ end }: Past) => end !== undefined && compareEntries(end.entry, commit) < 0;
    const others = reversals
      .slice(main.findLastIndex(isEarlier) + 1, main.length - 1)
      .filter((other) => other.of !== of);
    return others.reduce<readonly Past[]>((past, other) => [add(other, past, of)], main.filter(isEarlier).slice(-1));
  }

  let after: readonly Past[] = [];
  for (const reversal of reversals) {
    const before = add(reversal, after);
    main.push(before);
    after = reversal.undone ? [...instead(reversal), before] : [before];
  }
  add(undefined, after);
  return [...all.values()];
}

/** Those that undo a commit before them, or do it again. */
function reversalsIn(undos: readonly Undo[], commits: ReadonlyMap<EntryId, Place>): readonly Undo[] {
  const undone = new Set<EntryId>();
  return undos.filter((undo) => {
    if (undone.has(undo.of) === undo.undone) return false;
    if (undo.undone) undone.add(undo.of);
    else undone.delete(undo.of);
    const commit = commits.get(undo.of);
    // Undone by an entry that says to be earlier than it: so it was from the first on, until it is done again.
    return commit !== undefined && compareEntries(commit, undo.entry) < 0;
  });
}

/** What is not a commit is undone, or not, from the first entry on. */
function undoneBefore(
  undos: readonly Undo[],
  commits: ReadonlyMap<EntryId, Place>,
  end: Undo | undefined,
  without: EntryId | undefined,
): ReadonlySet<EntryId> {
  const undone = new Set<EntryId>();
  for (const undo of undos) {
    if (end && commits.has(undo.of) && compareEntries(undo.entry, end.entry) >= 0) continue;
    if (undo.undone) undone.add(undo.of);
    else undone.delete(undo.of);
  }
  if (without !== undefined) undone.add(without);
  return undone;
}
