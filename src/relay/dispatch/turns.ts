/**
 * One turn of a lane: how much may go, what came back and what goes next in one transaction, and only then the calls,
 * in the same breath. What the journal is told first is what a kill in between leaves to be known.
 */
import type { LogFields } from '#relay/log';
import type { Provider } from '#relay/provider';
import type { ChannelKey } from '#relay/store/types';
import { UNKEPT_RECORD, type CallRecord } from './call-journal.ts';
import type { Calls } from './calls.ts';
import type { ChannelWatch } from './channel-watch.ts';
import type { Health } from './health.ts';
import type { HeldBatch, PlannedCall, Room } from './held-batch.ts';
import type { RateLimit } from './rate-limit.ts';
import type { DispatchDeps } from './types.ts';

/** How long a turn holds its batch for. */
export const LEASE_MS = 15_000;

export interface Turns {
  /** What the next turn may begin. */
  readonly room: (provider: Provider) => Room;
  /** Throws where the store does: then everything is as before. */
  readonly take: (batch: HeldBatch, planned: readonly PlannedCall[]) => Promise<'written' | 'lost'>;
}

export interface TurnsDeps extends Pick<DispatchDeps, 'store' | 'journal' | 'now' | 'metrics' | 'onReceipts'> {
  readonly key: ChannelKey;
  readonly health: Health;
  readonly limit: RateLimit;
  readonly channel: Pick<ChannelWatch, 'provider'>;
  readonly calls: Calls;
  readonly note: (problem: string, more: Omit<LogFields, 'event'>) => void;
}

export function createTurns(deps: TurnsDeps): Turns {
  const { store, journal, now, metrics, key, health, limit, channel, calls } = deps;

  function room(provider: Provider): Room {
    const free = provider.concurrency - calls.count();
    const deliveries = limit.available(now());
    const { groupKey } = provider;
    if (health.isProbing()) {
      return { calls: Math.min(free, 1 - calls.fresh()), deliveries: Math.min(1, deliveries), callSize: 1, groupKey };
    }
    const window = health.window();
    const inWindow = window >= provider.concurrency ? free : window - calls.fresh();
    return { calls: Math.min(free, inWindow), deliveries, callSize: provider.batchSize, groupKey };
  }

  /** A repeat of a call that does no harm needs no journal: it is made again when in doubt. */
  function recordsOf(batch: HeldBatch, planned: readonly PlannedCall[]): CallRecord[] {
    if (channel.provider()?.repeats === 'idempotent') return planned.map(() => UNKEPT_RECORD);
    return journal.plan(
      batch,
      planned.map(({ works }) => works),
    );
  }

  async function take(batch: HeldBatch, planned: readonly PlannedCall[]): Promise<'written' | 'lost'> {
    const at = now();
    const leaseUntil = at + LEASE_MS;
    const ends = batch.takeEnds();
    const begins = planned.flatMap(({ works }) => works);
    let records: CallRecord[] = [];
    let result: 'written' | 'lost';
    try {
      records = recordsOf(batch, planned);
      result = await store.turn(batch.batch, batch.owner, leaseUntil, { at, ends: ends.list, begins });
    } catch (problem) {
      settle(records);
      batch.putEndsBack(ends);
      batch.putBack(planned);
      throw problem;
    }
    settle(ends.records);
    if (result === 'lost') {
      settle(records);
      batch.isLost = true;
      deps.note('leaseLost', { message: batch.batch.message });
      return result;
    }
    batch.leaseUntil = leaseUntil;
    // There is a channel where something was planned, and nothing takes it away in between.
    const found = channel.provider();
    if (found)
      for (const [index, call] of planned.entries()) calls.begin(batch, call, found, records[index] ?? UNKEPT_RECORD);
    limit.take(begins.length);
    metrics.turned(now() - at, ends.list.length, begins.length);
    if (ends.list.some(({ ending }) => ending.kind !== 'again')) deps.onReceipts(key.workspace);
    return result;
  }

  return { room, take };
}

function settle(records: readonly CallRecord[]): void {
  for (const record of records) record.settled();
}
