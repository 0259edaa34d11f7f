/**
 * A log as it stood before each time that a commit was undone, or done again, and as it would have stood without that
 * commit: what is to be replayed so that words of consent outlast every undo (`kept-words.ts`). Undo of a merge is none
 * of these times: un-merging is somebody's own act and gives each his own back.
 */
import type { EntryId } from '#domain/ids';
import { knownBody } from './entry.ts';
import { compareEntries } from './stamps.ts';
import type { Entry } from './types.ts';

/** One replay of the log, or of its beginning. */
export interface Past {
  readonly inOrder: readonly Entry[];
  /** What decides about entries in it. */
  readonly known: readonly Entry[];
  /** Undone from the first entry on, whatever is said of it. */
  readonly without: EntryId | undefined;
  /** It goes up to there; undefined for the log as it is. */
  readonly end: Reversal | undefined;
  /** What stands at the end of each of these is kept from there on. */
  readonly after: readonly Past[];
}

export interface Reversal {
  readonly entry: Entry;
  readonly of: EntryId;
  readonly undone: boolean;
}

/** Each after those that it needs; the last is the log as it is. */
export function pastsOf(entries: readonly Entry[]): readonly Past[] {
  const inOrder = [...entries].sort(compareEntries);
  const reversals = reversalsIn(inOrder);
  const commits = commitsIn(inOrder);
  const all: Past[] = [];

  function add(end: Reversal | undefined, after: readonly Past[], without?: EntryId): Past {
    const isPast = (entry: Entry) => end === undefined || compareEntries(entry, end.entry) < 0;
    const past: Past = {
      inOrder: inOrder.filter(isPast),
      known: inOrder.filter((entry) => isPast(entry) || !commits.has(undoBy(entry)?.of as EntryId)),
      ...{ without, end, after },
    };
    all.push(past);
    return past;
  }

  const main: Past[] = [];
  /** As it would have come to this reversal without its commit: until that was written, as it did. */
  function instead({ of }: Reversal): readonly Past[] {
    const commit = commits.get(of) as Entry;
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
  return all;
}

/** Of entries in their order, those that undo a commit before them, or do it again. */
function reversalsIn(inOrder: readonly Entry[]): readonly Reversal[] {
  const commits = new Set<EntryId>();
  const undone = new Set<EntryId>();
  return inOrder.flatMap((entry) => {
    if (entry.body.kind === 'commit') commits.add(entry.id);
    const body = undoBy(entry);
    if (!body || undone.has(body.of) === body.undone) return [];
    if (body.undone) undone.add(body.of);
    else undone.delete(body.of);
    // Undone by an entry that says to be earlier than it: so it was from the first on, until it is done again.
    return commits.has(body.of) ? { entry, of: body.of, undone: body.undone } : [];
  });
}

const commitsIn = (entries: readonly Entry[]) =>
  new Map(entries.filter(({ body }) => body.kind === 'commit').map((entry) => [entry.id, entry]));

/** A hundred thousand changes by hand need no second look. */
function undoBy(entry: Entry) {
  const body = entry.body.kind === 'undo' ? knownBody(entry) : undefined;
  return body?.kind === 'undo' ? body : undefined;
}
