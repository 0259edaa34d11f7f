/**
 * The state of a workspace: a fold of the set of its entries, in any order, with any repetition, the same on device and
 * relay. What an entry comes to is in `replay.ts`; here is which entries count, and when all must be folded anew.
 * Knows nothing of storage.
 */
import type { BlockId, EntryId } from '#domain/ids';
import { knownBody } from './entry.ts';
import { createFoldState, type FoldState } from './fold-state.ts';
import { createReplay, type OnKey, type Replay } from './replay.ts';
import { wordsOf, type Words } from './kept-words.ts';
import { pastsOf, type Past } from './reversals.ts';
import type { CommitBody, Entry, EntryBody, MessagedBody, RecipientBlock, RowBlock } from './types.ts';
import { createVerdicts, type SavedVerdicts, type Verdicts } from './verdicts.ts';

export type Block = RowBlock | RecipientBlock;

export interface Fold {
  /** One object for ever; folding anew changes what is in it. */
  readonly state: FoldState;
  /**
   * `waiting`: a block is missing, the entry counts for nothing until it is offered again with all of them.
   * `kept`: not understood here. `known`: counted before; nothing changes.
   */
  readonly apply: (entry: Entry, blocks: ReadonlyMap<BlockId, Block>) => 'applied' | 'waiting' | 'kept' | 'known';
  /**
   * For a commit too large to lie decoded in memory at once. Whoever calls has made sure that all its blocks are here,
   * and hands every one over, in order. Undefined where `apply` would not count it.
   */
  readonly applyBySlices: (entry: Entry) => ((block: Block) => void) | undefined;
  readonly waiting: ReadonlyMap<EntryId, Entry>;
  /** Entries of kinds that this version does not know. */
  readonly kept: ReadonlyMap<EntryId, Entry>;
  /** The state is behind: something came late on which more depends than it says itself. All is to be folded anew. */
  readonly stale: boolean;
  /**
   * Begins with nothing, beside this fold, which goes on answering; `done` puts the outcome in this fold's place.
   * `onKey`: every user ID, phone and email that is said of a row, whatever becomes of it.
   */
  readonly anew: (entries: readonly Entry[], onKey?: OnKey) => FoldAnew;
  /** What it knows besides its state; for a device's snapshot. Not while it is stale. */
  readonly held: () => FoldHeld;
  /** The state has been filled as it was: from here on it is the fold that was saved. */
  readonly resume: (held: FoldHeld) => void;
}

/** Which entries it has counted, which not, and what they decided. */
export interface FoldHeld {
  readonly verdicts: SavedVerdicts;
  readonly counted: Iterable<EntryId>;
  readonly waiting: readonly Entry[];
  readonly kept: readonly Entry[];
}

export interface FoldAnew {
  /** One after the other: the log as it stood before each undo of a commit (`reversals.ts`), and at last as it stands. */
  readonly passes: Iterable<FoldPass>;
  readonly done: () => void;
}

/** Every entry of `inOrder` is to be applied, in that order. */
export interface FoldPass extends Pick<Fold, 'state' | 'apply' | 'applyBySlices'> {
  readonly inOrder: readonly Entry[];
  /** Its rows are those of the outcome. */
  readonly isLast: boolean;
}

/** All that a fold holds; another stands in its place after folding anew. */
interface Folding {
  readonly state: FoldState;
  readonly verdicts: Verdicts;
  readonly replay: Replay;
  readonly counted: Set<EntryId>;
  readonly waiting: Map<EntryId, Entry>;
  readonly kept: Map<EntryId, Entry>;
}

/** Words that outlast the undo by that entry. */
interface Kept {
  readonly from: EntryId;
  readonly words: Words;
}

/** The salt is the workspace's 16 bytes. */
export function createFold(salt: Uint8Array): Fold {
  const state = createFoldState();
  let now = createFolding(state, 'asTheyCome', []);

  function createFolding(
    into: FoldState,
    mode: 'anew' | 'asTheyCome',
    known: readonly Entry[],
    onKey?: OnKey,
  ): Folding {
    const verdicts = createVerdicts();
    for (const entry of known) judge(verdicts, entry);
    Object.assign(into, { refusals: verdicts.refusals, erased: verdicts.erased });
    return {
      state: into,
      verdicts,
      replay: createReplay(into, salt, verdicts, mode, onKey),
      counted: new Set(),
      waiting: new Map(),
      kept: new Map(),
    };
  }

  return {
    state,
    get waiting() {
      return now.waiting;
    },
    get kept() {
      return now.kept;
    },
    get stale() {
      return now.replay.stale;
    },
    apply: (entry, blocks) => apply(now, entry, blocks),
    applyBySlices: (entry) => applyBySlices(now, entry),
    anew(entries, onKey) {
      let last: Folding | undefined;
      function* passes(): Iterable<FoldPass> {
        /** By the replay at whose end it stood. */
        const standing = new Map<Past, readonly Kept[]>();
        const pasts = pastsOf(entries);
        for (const [at, past] of pasts.entries()) {
          const { inOrder, end } = past;
          const keeps = past.after.flatMap((one) => standing.get(one) ?? []);
          for (const one of past.after)
            if (!pasts.slice(at + 1).some((later) => later.after.includes(one))) standing.delete(one);
          const folding = createFolding(createFoldState(), 'anew', past.known, end ? undefined : onKey);
          if (past.without !== undefined) folding.verdicts.leaveOut(past.without);
          last = folding;
          yield {
            ...{ inOrder, isLast: end === undefined, state: folding.state },
            apply(entry, blocks) {
              for (const { from, words } of keeps) if (from === entry.id) folding.replay.keep(words);
              return apply(folding, entry, blocks);
            },
            applyBySlices: (entry) => applyBySlices(folding, entry),
          };
          folding.replay.finish();
          // Whose blocks are missing counts for nothing, and so does its undo: what was kept before is.
          const isReversal = end && folding.counted.has(end.of);
          standing.set(past, isReversal ? [{ from: end.entry.id, words: wordsOf(folding.state) }] : keeps);
        }
      }
      return {
        passes: passes(),
        done() {
          const next = last ?? createFolding(createFoldState(), 'anew', entries, onKey);
          next.replay.finish();
          // Readers hold the state and know its rows by version: all of them are new.
          const version = state.version + 1;
          next.state.touched.fill(version);
          Object.assign(state, next.state, { version });
          state.keys.attach(state);
          now = { ...next, state, replay: createReplay(state, salt, next.verdicts, 'asTheyCome') };
        },
      };
    },
    held: () => ({
      verdicts: now.verdicts.save(),
      counted: now.counted,
      waiting: [...now.waiting.values()],
      kept: [...now.kept.values()],
    }),
    resume(held) {
      const verdicts = createVerdicts(held.verdicts);
      Object.assign(state, { refusals: verdicts.refusals, erased: verdicts.erased });
      now = {
        state,
        verdicts,
        replay: createReplay(state, salt, verdicts, 'asTheyCome'),
        counted: new Set(held.counted),
        waiting: byId(held.waiting),
        kept: byId(held.kept),
      };
    },
  };
}

const byId = (entries: readonly Entry[]) => new Map(entries.map((entry) => [entry.id, entry]));

function apply(
  folding: Folding,
  entry: Entry,
  blocks: ReadonlyMap<BlockId, Block>,
): 'applied' | 'waiting' | 'kept' | 'known' {
  const { counted, waiting, kept, replay } = folding;
  if (counted.has(entry.id)) return 'known';
  const body = knownBody(entry);
  if (!body) {
    kept.set(entry.id, entry);
    return 'kept';
  }
  if (body.kind === 'commit' || body.kind === 'messaged') {
    const found = body.blocks.map((ref) => blocks.get(ref.id));
    if (!found.every((block) => block !== undefined)) {
      waiting.set(entry.id, entry);
      return 'waiting';
    }
    found.forEach(slicesOf(folding, entry, body));
    return 'applied';
  }
  count(folding, entry, body);
  if (body.kind === 'change') replay.change(entry, body);
  if (body.kind === 'merge') replay.merge(entry, body);
  if (judge(folding.verdicts, entry) && (body.kind !== 'undo' || counted.has(body.of))) replay.invalidate();
  return 'applied';
}

function applyBySlices(folding: Folding, entry: Entry): ((block: Block) => void) | undefined {
  const body = knownBody(entry);
  if (folding.counted.has(entry.id) || (body?.kind !== 'commit' && body?.kind !== 'messaged')) return undefined;
  return slicesOf(folding, entry, body);
}

function slicesOf(folding: Folding, entry: Entry, body: CommitBody | MessagedBody): (block: Block) => void {
  count(folding, entry, body);
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

function count({ counted, waiting, state }: Folding, entry: Entry, body: EntryBody): void {
  counted.add(entry.id);
  waiting.delete(entry.id);
  if (body.kind !== 'messaged') state.changes += 1;
}

/** Answers whether something that may be folded already is judged otherwise by it. */
function judge(verdicts: Verdicts, entry: Entry): boolean {
  if (entry.body.kind !== 'erasure' && entry.body.kind !== 'undo') return false;
  const body = knownBody(entry);
  if (body?.kind === 'erasure') return verdicts.addErasure(entry, body);
  return body?.kind === 'undo' && verdicts.addUndo(entry, body);
}
