/**
 * Folds what a fold is behind with, in the order of entries: one pass after the other, each a past that words are to be
 * kept from (`reversals.ts`), the last one the log as it is. Each begins where it differs from the one before it, or from
 * nothing where that cannot be gone back to.
 */
import {
  backFrom,
  finish,
  goBack,
  isWithin,
  put,
  slicesOf,
  startAnew,
  type Block,
  type Blocks,
  type Folding,
  type Keep,
  type World,
} from './folding.ts';
import { knownBody } from './entry.ts';
import type { FoldState } from './fold-state.ts';
import { keepWords, wordsOf } from './kept-words.ts';
import type { OnKey, Replay } from './replay.ts';
import { pastsOf, type Past } from './reversals.ts';
import { compareEntries, type Place } from './stamps.ts';
import type { Entry } from './types.ts';
import type { EntryId } from '#domain/ids';

/** Every entry of `inOrder` is to be applied, in that order. */
export interface FoldPass {
  readonly state: FoldState;
  readonly inOrder: readonly Entry[];
  /** Nothing is in the state before it. */
  readonly isFromNothing: boolean;
  readonly apply: (entry: Entry, blocks: Blocks) => 'applied' | 'waiting' | 'kept' | 'known';
  /** As of a fold (`fold.ts`). */
  readonly applyBySlices: (entry: Entry) => ((block: Block) => void) | undefined;
}

/** A commit of which blocks are missing counts for nothing, and so does its undo: what was kept before it is. */
function keepsOf(folding: Folding, past: Past): readonly Keep[] {
  return past.after.flatMap((one) => {
    if (!one.end) return [];
    if (folding.waiting.has(one.end.of)) return keepsOf(folding, one);
    return [{ at: one.end.entry, name: one.name }];
  });
}

const worldOf = (folding: Folding, past: Past): World => ({ undone: past.undone, keeps: keepsOf(folding, past) });

const earlier = (one: Place | undefined, other: Place | undefined): Place | undefined =>
  one && other ? (compareEntries(one, other) < 0 ? one : other) : (one ?? other);

/** The first entry that comes to something else in the one than in the other. */
function difference({ commits, merges }: Folding, one: World, other: World): Place | undefined {
  let first: Place | undefined;
  const note = (id: EntryId) => {
    first = earlier(first, commits.get(id) ?? merges.get(id));
  };
  for (const id of one.undone) if (!other.undone.has(id)) note(id);
  for (const id of other.undone) if (!one.undone.has(id)) note(id);
  const isIn = ({ keeps }: World, keep: Keep) => keeps.some(({ name }) => name === keep.name);
  for (const keep of one.keeps) if (!isIn(other, keep)) first = earlier(first, keep.at);
  for (const keep of other.keeps) if (!isIn(one, keep)) first = earlier(first, keep.at);
  return first;
}

/** Which pasts are to be folded again, and how far back that goes; undefined where it goes back to the first entry. */
export interface Plan {
  readonly pasts: readonly Past[];
  readonly from: Place | undefined;
}

/** What is known of words is told of pasts that end before the first entry that came late. */
export function planOf(folding: Folding, isFromNothing: boolean): Plan {
  const { late, words } = folding;
  const all = pastsOf(folding.verdicts.undos(), folding.commits);
  const last = all[all.length - 1] as Past;
  const byName = new Map(all.map((past) => [past.name, past]));
  for (const [name, { end }] of words)
    if (isFromNothing || !byName.has(name) || (late && compareEntries(end, late) > 0)) words.delete(name);
  const wanted = new Set<Past>([last]);
  for (;;) {
    const pasts = all.filter((past) => wanted.has(past));
    let from = late;
    let world = folding.world;
    for (const past of pasts) {
      const next = worldOf(folding, past);
      from = earlier(from, earlier(difference(folding, world, next), past.end?.entry));
      world = next;
    }
    if (from) ({ from } = backFrom(folding, from));
    const isMissing = ({ at, name }: Keep) =>
      (isFromNothing || (from !== undefined && compareEntries(at, from) >= 0)) && !words.has(name);
    const missing = pasts
      .flatMap((past) => keepsOf(folding, past))
      .filter(isMissing)
      .flatMap(({ name }) => byName.get(name) ?? []);
    const before = wanted.size;
    for (const past of missing) wanted.add(past);
    if (wanted.size === before) return { pasts, from: isFromNothing ? undefined : from };
  }
}

export interface Rest {
  /** Entries that are not in the state, in any order. */
  readonly entries: readonly Entry[];
  /** Given where the reach may be too short: all that there are, to begin with nothing. */
  readonly all?: readonly Entry[];
  /** Of the last pass alone, which then begins with nothing: nobody hears of whom only a past had. */
  readonly onKey?: OnKey | undefined;
}

export function* passesOf(folding: Folding, { pasts }: Plan, { entries, all, onKey }: Rest): Iterable<FoldPass> {
  let left = [...entries].sort(compareEntries);
  let back = folding.late;
  Object.assign(folding, { late: undefined, behind: [] });
  for (const past of pasts) {
    const world = worldOf(folding, past);
    back = earlier(back, earlier(difference(folding, folding.world, world), past.end?.entry));
    const isLast = past.end === undefined;
    const startsAnew = all !== undefined && ((isLast && onKey) || (back && !isWithin(folding, back)));
    if (startsAnew) {
      startAnew(folding, isLast ? onKey : undefined);
      left = [...all].sort(compareEntries);
    } else if (back) left = [...goBack(folding, back), ...left].sort(compareEntries);
    back = undefined;
    const isPast = (entry: Entry) => !past.end || compareEntries(entry, past.end.entry) < 0;
    const inOrder = left.filter(isPast);
    left = left.slice(inOrder.length);
    folding.world = world;
    folding.says = wordsBefore(folding, world);
    folding.verdicts.lookAt(past.undone);
    folding.replay.fold('inOrder');
    // Nobody goes back so far any more, and a mark for each of a hundred thousand entries has its price.
    folding.unmarked = isLast && all ? Math.max(0, inOrder.length - folding.depth.entries) : 0;
    yield passOf(folding, inOrder);
    finish(folding);
    if (past.end && folding.counted.has(past.end.of))
      folding.words.set(past.name, { words: wordsOf(folding.state), end: past.end.entry });
  }
  // A million words each, which would be said again only in place.
  for (const [name, { end }] of folding.words) if (!isWithin(folding, end)) folding.words.delete(name);
  folding.unmarked = 0;
  folding.says = new Map();
  folding.verdicts.lookAt(undefined);
  folding.replay.fold('asTheyCome');
}

function wordsBefore({ words, state }: Folding, { keeps }: World): Folding['says'] {
  const says = new Map<EntryId, Parameters<Replay['keep']>[0][]>();
  for (const { at, name } of keeps) {
    const known = words.get(name);
    if (!known) continue;
    const say = says.get(at.id) ?? [];
    say.push((keep) => keepWords(known.words, state, keep));
    says.set(at.id, say);
  }
  return says;
}

function passOf(folding: Folding, inOrder: readonly Entry[]): FoldPass {
  const { state } = folding;
  return {
    ...{ state, inOrder },
    isFromNothing: state.ids.count === 0,
    apply: (entry, blocks) => put(folding, entry, blocks),
    applyBySlices(entry) {
      const body = knownBody(entry);
      return body?.kind === 'commit' || body?.kind === 'messaged' ? slicesOf(folding, entry, body) : undefined;
    },
  };
}
