/**
 * The calls of one lane that are under way, and what their outcomes come to. Whatever a provider does with a call,
 * each of its deliveries gets exactly one outcome here.
 */
import { errorFields } from '#relay/log';
import type { Ending } from '#relay/store/types';
import type { CallRecord } from './call-journal.ts';
import type { Health } from './health.ts';
import type { HeldBatch, PlannedCall } from './held-batch.ts';
import { judge, parseOutcome } from './judge.ts';
import type { ChannelProvider, DispatchDeps } from './types.ts';

/** A provider has its own, shorter limits; this one is for a provider that broke its word. */
const CALL_LIMIT_MS = 180_000;

export interface Calls {
  readonly count: () => number;
  /** Begun in the health's present period. */
  readonly fresh: () => number;
  /** Makes the call now; its beginning is on disk. */
  readonly begin: (held: HeldBatch, planned: PlannedCall, channel: ChannelProvider, record: CallRecord) => void;
  /** Ends those that are under way for longer than any provider may take. */
  readonly sweep: () => void;
  /** Nobody waits for them any more: their deliveries stay without an ending. */
  readonly forget: () => void;
}

interface Call extends PlannedCall {
  readonly held: HeldBatch;
  readonly channel: ChannelProvider;
  readonly record: CallRecord;
  readonly begunAt: number;
  readonly period: number;
}

export interface CallsDeps extends Pick<DispatchDeps, 'now' | 'random' | 'metrics'> {
  readonly health: Health;
  readonly note: (problem: string, more: { count?: number; error?: ReturnType<typeof errorFields> }) => void;
  /** A call has ended, its endings lie in its batch. */
  readonly onSettled: () => void;
}

export function createCalls({ now, random, metrics, health, note, onSettled }: CallsDeps): Calls {
  // In the order of their beginnings.
  const underWay = new Set<Call>();

  function begin(held: HeldBatch, planned: PlannedCall, channel: ChannelProvider, record: CallRecord): void {
    const call: Call = { ...planned, held, channel, record, begunAt: now(), period: health.period() };
    underWay.add(call);
    held.callsUnderWay++;
    answerOf(call).then(
      (outcomes) => settle(call, outcomes),
      (problem: unknown) => {
        note('providerThrew', { error: errorFields(problem) });
        settle(call, undefined);
      },
    );
  }

  function settle(call: Call, answer: unknown): void {
    // After it was given up an answer changes nothing: its deliveries have ended, or are another's.
    if (!underWay.delete(call)) return;
    const { held, works, kind, channel, record, period, begunAt } = call;
    held.callsUnderWay--;
    const at = now();
    const outcomes: readonly unknown[] = Array.isArray(answer) ? answer : [];
    const endings: Ending[] = [];
    const kinds = works.map((work, position) => {
      const outcome = parseOutcome(outcomes[position]);
      const heldSince = Math.max(health.downSince() ?? at, held.batch.queuedAt);
      const judgement = judge(outcome, work, { at, repeats: channel.repeats, call: kind, heldSince, random });
      endings.push(judgement.ending);
      const restMs = health.note(period, judgement.sign, at);
      if (restMs > 0) metrics.rested(channel.platform, restMs);
      return outcome.kind;
    });
    writeEnded(record, endings);
    if (held.isLost) record.settled();
    else held.endCall(works, endings, record);
    metrics.called(channel.platform, at - begunAt, kinds);
    onSettled();
  }

  function writeEnded(record: CallRecord, endings: readonly Ending[]): void {
    try {
      record.ended(endings);
    } catch (problem) {
      // The next turn says it to the store all the same; only a kill before that would not know.
      note('journalFailed', { error: errorFields(problem) });
    }
  }

  return {
    count: () => underWay.size,
    fresh: () => [...underWay].filter(({ period }) => period === health.period()).length,
    begin,
    sweep() {
      const at = now();
      for (const call of underWay) {
        if (at - call.begunAt < CALL_LIMIT_MS) return;
        note('callNeverEnded', { count: call.works.length });
        settle(call, undefined);
      }
    },
    forget: () => underWay.clear(),
  };
}

/** A provider that throws before it answers a promise has thrown all the same. */
function answerOf({ kind, channel: { provider }, outgoing, record: { leaving } }: Call): Promise<unknown> {
  try {
    if (!provider.tellsLeaving) leaving();
    return Promise.resolve(kind === 'lookup' ? provider.lookup?.(outgoing, leaving) : provider.send(outgoing, leaving));
  } catch (problem) {
    return Promise.reject(problem instanceof Error ? problem : new Error('thrown'));
  }
}
