/**
 * Random providers, lost answers and kills at any point of a turn. The verdict comes from the provider's journal: who
 * tells repeats has one effect a key, who cannot is called at most once, everything ends, and nothing is lost on the way.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProviderKind } from '#relay/provider';
import { addressOf, messageId, readFeed, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import type { Answer, Behaviour, Call } from './dispatch-provider.ts';
import { createWorld, type World } from './dispatch-world.ts';

/** What becomes of one call: whether the provider took it, and what of that the relay hears. */
const FATES = [
  'taken',
  'takenButLost',
  'takenButThrew',
  'refused',
  'busy',
  'overloaded',
  'lostOnTheWay',
  'nonsense',
] as const;
type Fate = (typeof FATES)[number];
/** Where in the next turn the process dies, if it does. */
const KILLS = ['beforeTurn', 'afterTurn', 'later'] as const;

interface Plan {
  readonly repeats: ProviderKind['repeats'];
  readonly batchSize: number;
  readonly concurrency: number;
  readonly recipients: number;
  readonly fates: readonly { readonly fate: Fate; readonly afterMs: number }[];
  readonly kills: readonly { readonly afterTurns: number; readonly where: (typeof KILLS)[number] }[];
  readonly seed: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  repeats: fc.constantFrom<ProviderKind['repeats']>('idempotent', 'lookup', 'none'),
  batchSize: fc.constantFrom(1, 1, 4),
  concurrency: fc.integer({ min: 1, max: 12 }),
  recipients: fc.integer({ min: 1, max: 60 }),
  fates: fc.array(
    fc.record({
      fate: fc.oneof(
        { weight: 5, arbitrary: fc.constant('taken' as const) },
        { weight: 4, arbitrary: fc.constantFrom(...FATES) },
      ),
      afterMs: fc.integer({ min: 0, max: 400 }),
    }),
    { minLength: 1, maxLength: 80 },
  ),
  kills: fc.array(fc.record({ afterTurns: fc.integer({ min: 0, max: 12 }), where: fc.constantFrom(...KILLS) }), {
    maxLength: 6,
  }),
  seed: fc.nat(),
});

/** Keeps what it has taken by key, as a provider does that tells repeats or can be asked. */
function createTaker(plan: Plan) {
  const effects = new Map<string, number>();
  const fates = new Map<Call, Fate>();
  const behaviour: Behaviour = (call, number) => {
    const { kind, outgoing } = call;
    const planned = plan.fates[number % plan.fates.length] ?? { fate: 'taken', afterMs: 0 };
    // After a while every provider works, so that everything comes to an end.
    const fate: Fate = number > 400 ? 'taken' : planned.fate;
    const { afterMs } = planned;
    fates.set(call, fate);
    if (kind === 'lookup') return { kind: 'outcomes', outcomes: outgoing.map(({ key }) => found(fate, key)), afterMs };
    if (TAKES.includes(fate)) {
      for (const { key } of outgoing) {
        if (plan.repeats !== 'idempotent' || !effects.has(key)) effects.set(key, (effects.get(key) ?? 0) + 1);
      }
    }
    return { ...answerOf(fate, outgoing.length), afterMs };
  };
  const found = (fate: Fate, key: string) => {
    if (fate === 'takenButLost' || fate === 'lostOnTheWay') return { kind: 'unknown' };
    return effects.has(key) ? { kind: 'accepted' } : { kind: 'unavailable', scope: 'delivery' };
  };
  return { effects, fates, behaviour };
}

const TAKES: readonly Fate[] = ['taken', 'takenButLost', 'takenButThrew', 'nonsense'];
/** The relay hears something, and knows nothing by it. */
const TELL_NOTHING: readonly Fate[] = ['takenButLost', 'takenButThrew', 'lostOnTheWay', 'nonsense'];
/** After these, and only if the relay heard it, a call may be made again by a provider that cannot tell repeats. */
const NOT_TAKEN: readonly Fate[] = ['busy', 'overloaded'];

function answerOf(fate: Fate, length: number): Answer {
  const each = (outcome: unknown): Answer => ({ kind: 'outcomes', outcomes: Array.from({ length }, () => outcome) });
  switch (fate) {
    case 'taken':
      return each({ kind: 'accepted' });
    case 'takenButLost':
    case 'lostOnTheWay':
      return each({ kind: 'unknown' });
    case 'takenButThrew':
      return { kind: 'throw' };
    case 'refused':
      return each({ kind: 'refused', stage: 'refused', reason: 'contentRefused' });
    case 'busy':
      return each({ kind: 'unavailable', scope: 'delivery' });
    case 'overloaded':
      return each({ kind: 'unavailable', scope: 'channel', retryAfterMs: 500 });
    case 'nonsense':
      return each('fine');
  }
}

/** Kills and restarts the process as the plan says; the sum of states is looked at after every turn. */
async function run(world: World, plan: Plan): Promise<void> {
  const kills = [...plan.kills];
  let turns = 0;
  let killNow = false;
  world.beforeTurn = () => {
    if (kills[0] && turns >= kills[0].afterTurns && kills[0].where === 'beforeTurn') die();
  };
  world.onTurn = () => {
    turns++;
    if (kills[0] && turns > kills[0].afterTurns) {
      if (kills[0].where === 'afterTurn') die();
      else if (kills[0].where === 'later') killNow = true;
    }
  };
  let dead = false;
  const die = () => {
    world.kill();
    dead = true;
  };
  await takeIn(world.store, { counts: [plan.recipients] }, 25);
  await world.start();
  await world.until(async () => {
    if (killNow) die();
    if (dead) {
      kills.shift();
      turns = 0;
      dead = killNow = false;
      await world.start();
    }
    const { byState } = await world.store.counts();
    const sum = Object.values(byState).reduce((total, count) => total + count, 0);
    expect(sum).toBe(plan.recipients);
    return (await world.store.message(WORKSPACE, messageId('one')))?.state === 'sent';
  }, 48 * 3_600_000);
}

it('[MSG-7] whatever providers do and whenever the process dies, each delivery ends truly and once', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      let random = plan.seed;
      const world = await createWorld(() => {
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
        return random / 2_147_483_648;
      });
      try {
        const { effects, fates, behaviour } = createTaker(plan);
        const fake = await world.addChannel({ ...plan, behaviour });
        await run(world, plan);

        const callsByAddress = new Map<string, Call[]>();
        const keys = new Map<string, string>();
        for (const call of fake.journal) {
          for (const { address, key } of call.outgoing) {
            expect(keys.get(address) ?? key).toBe(key);
            keys.set(address, key);
            callsByAddress.set(address, [...(callsByAddress.get(address) ?? []), call]);
          }
        }
        expect(new Set(keys.values()).size).toBe(keys.size);
        // Nobody gets anything twice.
        expect([...effects].filter(([, count]) => count > 1)).toEqual([]);
        if (plan.repeats === 'none') {
          for (const calls of callsByAddress.values()) {
            for (const call of calls.slice(0, -1)) {
              expect(NOT_TAKEN).toContain(fates.get(call));
              expect(call.answeredAt).toBeDefined();
            }
          }
        }

        const begun = new Set(world.turns.flatMap(({ begins }) => begins.map(({ recipient }) => recipient)));
        const feed = await readFeed(world.store);
        expect(feed.map(({ recipient }) => recipient).sort((one, other) => one - other)).toEqual(
          Array.from({ length: plan.recipients }, (_, at) => at),
        );
        for (const { recipient, state, reason } of feed) {
          const address = addressOf('one', recipient);
          const wasTaken = effects.has(keys.get(address) ?? '');
          if (state === 'accepted') expect(wasTaken).toBe(true);
          if (state === 'unknown') expect(begun.has(recipient)).toBe(true);
          // Neither a death between the write and the call, nor one between the answer and its write, leaves a doubt.
          if (state === 'unknown' && plan.repeats === 'none') {
            const last = callsByAddress.get(address)?.at(-1);
            expect(last).toBeDefined();
            if (last?.answeredAt !== undefined) expect(TELL_NOTHING).toContain(fates.get(last));
          }
          // Failed for want of a provider, or at all where only one call was made: then nothing was taken.
          if (reason === 'providerUnavailable' || (state === 'failed' && plan.repeats === 'none'))
            expect(wasTaken).toBe(false);
        }
        expect(await world.store.counts()).toMatchObject({ queued: 0, calling: 0 });
      } finally {
        await world.end();
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 100) },
  );
}, 120_000);
