/**
 * A fold under way: which entries it has counted, the state that they came to, and how far back it can go. Of the last
 * entries it keeps what rows were before (`images.ts`); what comes late among them, and every undo, is folded by going
 * back to where the log differs and on from there.
 */
import type { BlockId, EntryId } from '#domain/ids';
import { knownBody } from './entry.ts';
import { createFoldState, type FoldState } from './fold-state.ts';
import { createImages, type Images } from './images.ts';
import type { Words } from './kept-words.ts';
import { createReplay, type OnKey, type Replay, type ReplayMark } from './replay.ts';
import { compareEntries, type Place } from './stamps.ts';
import type { CommitBody, Entry, EntryBody, MessagedBody, RecipientBlock, RowBlock } from './types.ts';
import type { UndoneRows } from './undone-rows.ts';
import { createVerdicts, type Verdicts } from './verdicts.ts';

export type Block = RowBlock | RecipientBlock;
export type Blocks = ReadonlyMap<BlockId, Block>;

/** Before an entry; the last one of a fold, before what undone imports said is filled in, is of none. */
interface Mark {
  readonly entry: Entry | undefined;
  readonly at: ReplayMark;
}

/** Words that stood at the end of a past, by its name. */
export interface KnownWords {
  readonly words: Words;
  readonly end: Place;
}

export interface Folding {
  readonly salt: Uint8Array;
  readonly depth: Depth;
  state: FoldState;
  readonly verdicts: Verdicts;
  replay: Replay;
  images: Images;
  /** Rows of undone commits that are folded. */
  undone: UndoneRows[];
  /** In the order in which their entries were folded. */
  marks: Mark[];
  /** What is there without a mark is no later than this, and cannot be gone back behind; undefined where all has one. */
  reach: Place | undefined;
  readonly counted: Set<EntryId>;
  readonly waiting: Map<EntryId, Entry>;
  readonly kept: Map<EntryId, Entry>;
  /** Commits, also those whose blocks are missing; and merges. */
  readonly commits: Map<EntryId, Place>;
  readonly merges: Map<EntryId, Place>;
  /** Counted since the state is behind, and not in it. */
  behind: Entry[];
  /** From where on the state is behind. */
  late: Place | undefined;
  /** What the state was folded with. */
  world: World;
  readonly words: Map<string, KnownWords>;
  /** Of the pass under way: who says words again before an entry. */
  says: ReadonlyMap<EntryId, readonly Parameters<Replay['keep']>[0][]>;
  /** From a snapshot, which does not say of what kind its entries are. */
  isResumed: boolean;
  /** Nothing may be forgotten: the state itself is folded again, and there is none beside it to begin with nothing. */
  isHeld: boolean;
  /** So many entries to come are too old to be gone back behind. */
  unmarked: number;
}

/** What decides about entries besides themselves. */
export interface World {
  readonly undone: ReadonlySet<EntryId>;
  /** Said again before these entries. */
  readonly keeps: readonly Keep[];
}
export interface Keep {
  readonly at: Place;
  readonly name: string;
}

/** How far back a fold can go. */
export interface Depth {
  /** Rows kept as they were, some 400 bytes each. */
  readonly images: number;
  /** Of a fold from nothing, how many of its last entries can be gone back behind. */
  readonly entries: number;
}
const DEPTH: Depth = { images: 20_000, entries: 5_000 };

/** Behind everything: there is no going back. */
const NOWHERE: Place = { time: Number.MAX_SAFE_INTEGER, device: '' as Place['device'], id: '' as EntryId };
const NOTHING_UNDONE: World = { undone: new Set(), keeps: [] };

export function createFolding(
  salt: Uint8Array,
  depth: Depth = DEPTH,
  state = createFoldState(),
  verdicts = createVerdicts(),
): Folding {
  return {
    ...{ salt, depth, verdicts, state },
    ...partsOf(salt, state, verdicts),
    marks: [],
    reach: undefined,
    counted: new Set(),
    waiting: new Map(),
    kept: new Map(),
    commits: new Map(),
    merges: new Map(),
    behind: [],
    late: undefined,
    world: NOTHING_UNDONE,
    words: new Map(),
    says: new Map(),
    isResumed: false,
    isHeld: false,
    unmarked: 0,
  };
}

function partsOf(salt: Uint8Array, state: FoldState, verdicts: Verdicts, onKey?: OnKey) {
  Object.assign(state, { refusals: verdicts.refusals, erased: verdicts.erased });
  const images = createImages(state);
  const undone: UndoneRows[] = [];
  return { images, undone, replay: createReplay({ state, salt, verdicts, images, undone, onKey }) };
}

/** With nothing folded; what was counted is still known. */
export function startAnew(folding: Folding, onKey?: OnKey): void {
  const { salt, verdicts } = folding;
  const state = createFoldState();
  Object.assign(folding, { state, ...partsOf(salt, state, verdicts, onKey), marks: [], reach: undefined });
}

/** The columns, and all that knows them, stand in another object from now on. */
export function moveState(folding: Folding, to: FoldState): void {
  const { state, images, salt, verdicts, undone } = folding;
  const { greatest } = folding.replay.mark();
  Object.assign(to, state);
  to.keys.attach(to);
  images.attach(to);
  const replay = createReplay({ state: to, salt, verdicts, images, undone, greatest });
  Object.assign(folding, { state: to, replay });
}

/** Answers whether something that may be folded already is judged otherwise by it. */
export function judge(verdicts: Verdicts, entry: Entry): boolean {
  if (entry.body.kind !== 'erasure' && entry.body.kind !== 'undo') return false;
  const body = knownBody(entry);
  if (body?.kind === 'erasure') return verdicts.addErasure(entry, body);
  return body?.kind === 'undo' && verdicts.addUndo(entry, body);
}

/** Nothing that is folded until now can be taken back. */
export function forget(folding: Folding, upTo: Place = NOWHERE): void {
  for (const { entry } of folding.marks) noteReach(folding, entry ?? NOWHERE);
  noteReach(folding, upTo);
  folding.marks = [];
  if (folding.images.count > 0) folding.images.drop(folding.images.count);
}

function noteReach(folding: Folding, place: Place): void {
  if (!folding.reach || compareEntries(place, folding.reach) > 0) folding.reach = place;
}

export const isWithin = (folding: Folding, place: Place): boolean =>
  !folding.reach || compareEntries(backFrom(folding, place).from, folding.reach) > 0;

/** `rows`: how many it may write. */
export function begin(folding: Folding, entry: Entry | undefined, rows: number): void {
  const { images, replay, isHeld, depth } = folding;
  const isUnmarked = folding.unmarked > 0 && entry !== undefined;
  if (isUnmarked) folding.unmarked -= 1;
  images.isOn = isHeld || (!isUnmarked && rows <= depth.images / 4);
  if (isUnmarked && folding.marks.length === 0) {
    folding.reach = entry;
    return;
  }
  if (!images.isOn) {
    forget(folding, entry);
    return;
  }
  if (!isHeld && Math.max(images.count, folding.marks.length) > depth.images) forgetOldest(folding);
  folding.marks.push({ entry, at: replay.mark() });
}

/** About half of the images, with as many marks as they take. */
function forgetOldest(folding: Folding): void {
  const { marks, images } = folding;
  const half = images.count / 2;
  const found = marks.findIndex(({ at }, index) => at.images >= half && index >= marks.length / 4);
  const from = found < 0 ? marks.length : found;
  const count = marks[from]?.at.images ?? images.count;
  for (const { entry } of marks.slice(0, from)) noteReach(folding, entry ?? NOWHERE);
  images.drop(count);
  folding.marks = marks.slice(from).map(({ entry, at }) => ({ entry, at: { ...at, images: at.images - count } }));
}

/** What was folded from the first entry on that is there, or later; what only undone imports say, always. */
function foldedFrom({ marks }: Folding, place: Place): readonly Mark[] {
  const from = marks.findIndex(({ entry }) => !entry || compareEntries(entry, place) >= 0);
  return from < 0 ? [] : marks.slice(from);
}

/** How far back it is from there: what came late and was folded in place since is folded in its order then. */
export function backFrom(folding: Folding, place: Place): { readonly from: Place; readonly entries: readonly Entry[] } {
  const entries = foldedFrom(folding, place).flatMap(({ entry }) => entry ?? []);
  const earliest = entries.reduce<Place>((one, other) => (compareEntries(other, one) < 0 ? other : one), place);
  return earliest === place ? { from: place, entries } : backFrom(folding, earliest);
}

/** That is not folded any more; answers it. All of it is within reach. */
export function goBack(folding: Folding, to: Place): readonly Entry[] {
  const gone = foldedFrom(folding, backFrom(folding, to).from);
  if (gone[0]) folding.replay.takeBack(gone[0].at);
  folding.marks.length -= gone.length;
  return gone.flatMap(({ entry }) => entry ?? []);
}

/** After the last entry: what only undone imports say. */
export function finish(folding: Folding): void {
  const { undone, replay } = folding;
  const rows = undone.reduce((sum, { columns }) => sum + columns.count, 0);
  if (rows === 0) return;
  begin(folding, undefined, rows);
  replay.finish();
  // Held on to for going back, and there is none.
  if (!folding.images.isOn) undone.length = 0;
}

/** Which entry it is, before anything is known of its blocks. */
export function notePlace({ commits, merges }: Folding, { id, device, time }: Entry, body: EntryBody): void {
  if (body.kind === 'commit') commits.set(id, { id, device, time });
  if (body.kind === 'merge') merges.set(id, { id, device, time });
}

export function put(folding: Folding, entry: Entry, blocks: Blocks): 'applied' | 'waiting' | 'kept' {
  const { waiting, kept, counted, replay } = folding;
  const body = knownBody(entry);
  if (!body) {
    kept.set(entry.id, entry);
    return 'kept';
  }
  notePlace(folding, entry, body);
  if (body.kind === 'commit' || body.kind === 'messaged') {
    const found = body.blocks.map((ref) => blocks.get(ref.id));
    if (!found.every((block) => block !== undefined)) {
      counted.delete(entry.id);
      waiting.set(entry.id, entry);
      return 'waiting';
    }
    found.forEach(slicesOf(folding, entry, body));
    return 'applied';
  }
  count(folding, entry, body, 1);
  if (body.kind === 'change') replay.change(entry, body);
  if (body.kind === 'merge') replay.merge(entry, body);
  return 'applied';
}

export function slicesOf(folding: Folding, entry: Entry, body: CommitBody | MessagedBody): (block: Block) => void {
  const rows = body.blocks.reduce((sum, ref) => sum + ref.rows, 0);
  notePlace(folding, entry, body);
  count(folding, entry, body, rows);
  if (body.kind === 'commit') {
    const add = folding.replay.commit(entry, body);
    return (block) => {
      if (block.kind === 'rows') add(block.columns);
    };
  }
  const add = folding.replay.messaged(entry, body);
  return (block) => {
    if (block.kind === 'recipients') add(block);
  };
}

function count(folding: Folding, entry: Entry, body: EntryBody, rows: number): void {
  const { counted, waiting, state, replay, behind } = folding;
  counted.add(entry.id);
  waiting.delete(entry.id);
  if (replay.stale) behind.push(entry);
  else begin(folding, entry, rows);
  for (const say of folding.says.get(entry.id) ?? []) replay.keep(say);
  if (body.kind !== 'messaged') state.changes += 1;
}
