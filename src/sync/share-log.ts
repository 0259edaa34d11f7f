/**
 * Carries the log: pulls what others wrote, pushes what is pending, in order, with the blocks that it names. Cut off
 * anywhere it goes on: entries are answered one by one, blocks (`share-blocks.ts`) may come as often as they like.
 */
import type { DeviceId } from '#domain/ids';
import type { Hello } from '#protocol/api';
import { ERASED_AT_ONCE, PUSH_BYTES, PUSH_ENTRIES } from '#protocol/constants';
import { seenToText } from '#log/log-seen';
import type { PushAnswer, RelayClock } from '#protocol/log';
import type { BlockStore, EntryRow, SharingStore } from '#storage/types';
import { keepPage } from './pulled-page.ts';
import type { RelayClient } from './relay-client.ts';
import { createBlockSharing, type BlockProgress } from './share-blocks.ts';
import { failureOf, type Shared } from './shared.ts';

export interface ShareDeps {
  readonly relay: Pick<
    RelayClient,
    'push' | 'pull' | 'missingBlocks' | 'putBlock' | 'block' | 'entries' | 'eraseAgain'
  >;
  readonly sharing: SharingStore;
  readonly blocks: BlockStore;
  readonly device: DeviceId;
  /** Milliseconds since 1970 by this device's clock. */
  readonly now: () => number;
  /** Lets go of whoever was erased: after each pull, before anything is pushed. Absent only where nobody ever is. */
  readonly erase?: () => Promise<void>;
  /** Entries or blocks came; `anew`: what was folded before changed its time, or counts no more. */
  readonly onChange: (how: 'more' | 'anew') => void;
  /** How many blocks of this round have moved. */
  readonly onProgress?: (progress: BlockProgress) => void;
}

export type LogStanding = Pick<Hello, 'incarnation' | 'log' | 'lastEntry'>;

export type LogSharing = ReturnType<typeof createLogSharing>;

export function createLogSharing(deps: ShareDeps) {
  const { relay, sharing } = deps;
  const blocks = createBlockSharing({
    ...deps,
    onWhole: () => deps.onChange('more'),
    onRenamed: () => deps.onChange('anew'),
    onProgress: deps.onProgress ?? (() => undefined),
  });

  /** One round; run one at a time a workspace. `said`: how far the relay's log is, where it has just said so. */
  async function share(said?: LogStanding): Promise<Shared> {
    if (said && (await isAsFar(said))) await deps.erase?.();
    else {
      // First what others wrote: an erasure among it must be known before anything is pushed.
      const pulled = await pullAndErase();
      if (pulled !== 'current') return pulled;
    }
    const pushed = await push();
    if (pushed !== 'current' && pushed !== 'waiting') return pushed;
    const fetched = await blocks.fetch();
    return fetched === 'current' ? pushed : fetched;
  }

  /** What waits here to be pushed gets its time by a pull, so there is one. */
  async function isAsFar({ incarnation, log, lastEntry }: LogStanding): Promise<boolean> {
    if (!(await sharing.stands(incarnation, log, lastEntry))) return false;
    return (await sharing.pending(1)).length === 0;
  }

  async function pullAndErase(): Promise<Shared> {
    const pulled = await pull();
    if (pulled === 'current') await deps.erase?.();
    return pulled;
  }

  async function pull(): Promise<Shared> {
    for (;;) {
      const askedAt = deps.now();
      const after = await sharing.cursor();
      const seen = await sharing.seen();
      const answer = await relay.pull(after, seen && seenToText(seen));
      if (answer.kind !== 'answer') return failureOf(answer);
      const met = await meet(answer.value, askedAt);
      if (met === 'other') continue;
      if (met !== 'known') return met;
      const kept = await keepPage(deps, answer.value, after);
      if (kept.kind === 'failed') return failureOf(kept.answer);
      if (kept.what !== 'nothing') deps.onChange(kept.what);
      if (!answer.value.more) return 'current';
    }
  }

  /** Whose store it is, and how far its clock is from ours: both before anything of it is kept. */
  async function meet({ incarnation, nowMs }: RelayClock, askedAt: number): Promise<'known' | 'other' | Shared> {
    const offsetMs = Math.round(nowMs - (askedAt + deps.now()) / 2);
    if ((await sharing.restamp(offsetMs, nowMs)) === 'restamped') deps.onChange('anew');
    // First of all, and again until it is taken: whoever else comes must not be given somebody who was erased.
    const erasures = await sharing.erasuresFor(incarnation);
    for (let from = 0; from < erasures.length; from += ERASED_AT_ONCE) {
      const answer = await relay.eraseAgain(erasures.slice(from, from + ERASED_AT_ONCE));
      if (answer.kind !== 'answer') return failureOf(answer);
    }
    const met = await sharing.meetRelay(incarnation, deps.device);
    if (met === 'moved') deps.onChange('anew');
    // What was asked for from the start is the start of this one.
    return met === 'known' || met === 'first' ? 'known' : 'other';
  }

  async function push(): Promise<Shared> {
    for (let behind = 0; ;) {
      const rows = firstBytes(await sharing.pending(PUSH_ENTRIES));
      if (rows.length === 0) return 'current';
      const ready = await blocks.upload(rows);
      if (ready === 'behind') {
        behind += 1;
        const pulled = behind > 3 ? 'busy' : await pullAndErase();
        if (pulled !== 'current') return pulled;
        continue;
      }
      if (typeof ready === 'string') return ready;
      if (ready.length === 0) return 'waiting';
      const answer = await relay.push({
        device: deps.device,
        cursor: await sharing.cursor(),
        entries: ready.map(({ entry }) => entry),
      });
      if (answer.kind === 'problem' && answer.problem === 'behind' && behind < 3) {
        behind += 1;
        const pulled = await pullAndErase();
        if (pulled !== 'current') return pulled;
        continue;
      }
      if (answer.kind !== 'answer') return failureOf(answer);
      const { results } = answer.value;
      await sharing.settle(results);
      await seeTaken(answer.value);
      if (results.some((result) => result.result === 'refused' && FINAL.has(result.reason))) deps.onChange('anew');
      // Another device's session, copied or put back: this one must sign in for itself.
      if (results.some((result) => result.result === 'refused' && result.reason === 'device')) return 'signedOut';
      // The relay changed its mind about what it has or what time it is: not in a loop, but at the next round.
      if (!results.some((result) => result.result !== 'refused' || FINAL.has(result.reason))) return 'waiting';
    }
  }

  /** What was pushed is known to stand there, though what others wrote before it may not be pulled yet. */
  async function seeTaken({ incarnation, results }: PushAnswer): Promise<void> {
    const places = results.flatMap((result) => (result.result === 'refused' ? [] : [result]));
    const last = places.sort((one, other) => other.position - one.position)[0];
    if (last) await sharing.see({ incarnation, position: last.position, entry: last.id });
  }

  return { share };
}

const FINAL: ReadonlySet<string> = new Set(['form', 'role']);

/** As many as one push may hold; one alone always goes, and the relay says whether it is too long. */
function firstBytes(rows: readonly EntryRow[]): readonly EntryRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += JSON.stringify(row.entry).length * MOST_BYTES_A_UNIT;
    return at > 0 && bytes > PUSH_BYTES;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;
