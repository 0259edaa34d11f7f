/** A provider that keeps a journal of its calls, and behaves as told; for the world in which dispatch is tested. */
import type { ChannelProvider } from '#relay/dispatch/types';
import type { OnLeaving, Outgoing, Provider, ProviderKind, SendOutcome } from '#relay/provider';

/** A call as the provider saw it. */
export interface Call {
  readonly at: number;
  readonly kind: 'send' | 'lookup';
  readonly outgoing: readonly Outgoing[];
  /** Filled in when the answer leaves the provider. */
  answeredAt?: number;
}

/** What the provider does with a call: `throw`, `silence`, or outcomes after a while. */
export type Answer =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly unknown[]; readonly afterMs?: number }
  | { readonly kind: 'throw'; readonly afterMs?: number }
  | { readonly kind: 'silence'; readonly afterMs?: number };

export type Behaviour = (call: Call, number: number) => Answer;

export const all =
  (outcome: SendOutcome, afterMs = 50): Behaviour =>
  ({ outgoing }) => ({
    kind: 'outcomes',
    outcomes: outgoing.map(() => outcome),
    afterMs,
  });
export const accept = all({ kind: 'accepted' });

export interface FakeProvider {
  readonly journal: Call[];
  readonly addresses: () => string[];
  mostUnderWay: number;
  behaviour: Behaviour;
}

export interface ChannelPlan {
  readonly repeats?: ProviderKind['repeats'];
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly perSecond?: number;
  readonly groupKey?: (outgoing: Outgoing) => string;
  /** Calls leave so long after they are asked for, and say when; absent: at once, and unsaid. */
  readonly leavesAfterMs?: number;
  readonly behaviour?: Behaviour;
}

export interface FakeWorld {
  readonly now: () => number;
  readonly schedule: (milliseconds: number, callback: () => void) => void;
  /** Another one after each kill: what a dead process has asked for is answered to nobody. */
  readonly generation: () => number;
}

const never = new Promise<never>(() => {});

export function createFakeProvider(
  plan: ChannelPlan,
  world: FakeWorld,
): { readonly fake: FakeProvider; readonly channel: ChannelProvider } {
  const fake: FakeProvider = {
    journal: [],
    addresses: () =>
      fake.journal.flatMap(({ kind, outgoing }) => (kind === 'send' ? outgoing.map(({ address }) => address) : [])),
    mostUnderWay: 0,
    behaviour: plan.behaviour ?? accept,
  };
  const repeats = plan.repeats ?? 'idempotent';
  const later = plan.leavesAfterMs;
  let underWay = 0;

  function call(kind: Call['kind'], outgoing: readonly Outgoing[]): Promise<readonly SendOutcome[]> {
    const mine = world.generation();
    const entry: Call = { at: world.now(), kind, outgoing };
    fake.journal.push(entry);
    underWay++;
    fake.mostUnderWay = Math.max(fake.mostUnderWay, underWay);
    const answer = fake.behaviour(entry, fake.journal.length - 1);
    return new Promise((resolve, reject) => {
      world.schedule(answer.afterMs ?? 0, () => {
        underWay--;
        if (world.generation() !== mine || answer.kind === 'silence') return;
        entry.answeredAt = world.now();
        if (answer.kind === 'throw') reject(new Error('provider broke'));
        else resolve(answer.outcomes as SendOutcome[]);
      });
    });
  }

  async function callLater(outgoing: readonly Outgoing[], onLeaving: OnLeaving | undefined, afterMs: number) {
    const mine = world.generation();
    await new Promise<void>((resolve) => world.schedule(afterMs, resolve));
    if (world.generation() !== mine) return never;
    try {
      onLeaving?.();
    } catch {
      return outgoing.map((): SendOutcome => ({ kind: 'unavailable', scope: 'channel' }));
    }
    return call('send', outgoing);
  }

  const provider: Provider = {
    batchSize: plan.batchSize ?? 1,
    concurrency: plan.concurrency ?? 16,
    groupKey: plan.groupKey ?? (() => ''),
    ...(later === undefined ? {} : { tellsLeaving: true }),
    send: (outgoing, onLeaving) =>
      later === undefined ? call('send', outgoing) : callLater(outgoing, onLeaving, later),
    ...(repeats === 'lookup' ? { lookup: (outgoing: readonly Outgoing[]) => call('lookup', outgoing) } : {}),
    test: () => Promise.resolve({ kind: 'works' }),
    close: () => Promise.resolve(),
  };
  const limit = plan.perSecond === undefined ? {} : { perSecond: plan.perSecond };
  return { fake, channel: { platform: 'http-webhook', repeats, provider, ...limit } };
}
