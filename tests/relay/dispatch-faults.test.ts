/** What dispatch makes of providers that are down, slow, overloaded, broken, or lie. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendOutcome } from '#relay/provider';
import { CHANNEL, codeOf, DAY_MS, messageId, readFeed, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import { accept, all, type Behaviour } from './dispatch-provider.ts';
import { createWorld, type World } from './dispatch-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const view = (name = 'one') => world.store.message(WORKSPACE, messageId(name));
const hasEnded = async () => (await view())?.state === 'sent';
const figuresOf = async (name = 'one') => (await view(name))?.figures;
const unavailable: SendOutcome = { kind: 'unavailable', scope: 'delivery' };
const channelDown: SendOutcome = { kind: 'unavailable', scope: 'channel' };

describe('deliveries', () => {
  it('[MSG-7] are tried eight times, further and further apart, and then have failed', async () => {
    const fake = await world.addChannel({ behaviour: all(unavailable, 0) });
    await takeIn(world.store, { counts: [1] });
    await world.start();
    await world.until(hasEnded);
    const times = fake.journal.map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    // Half of 2, 4, 8 … seconds, and a wait of at most two more until the batch is looked at.
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(1_000 * 2 ** index);
      expect(gap).toBeLessThanOrEqual(1_000 * 2 ** index + 2_100);
    }
    expect(times).toHaveLength(8);
    expect(await readFeed(world.store)).toMatchObject([
      { state: 'failed', stage: 'refused', reason: 'providerUnavailable' },
    ]);
    expect(new Set(fake.journal.map(({ outgoing }) => outgoing[0]?.key)).size).toBe(1);
  });

  it('[MSG-7] wait as long as the provider wishes, while others go on', async () => {
    const fake = await world.addChannel({
      behaviour: (call, number) =>
        number === 0 ? all({ ...unavailable, retryAfterMs: 600_000 }, 10)(call, number) : accept(call, number),
    });
    await takeIn(world.store, { counts: [5] });
    await world.start();
    await world.until(hasEnded);
    const times = fake.journal.map(({ at }) => at - (fake.journal[0]?.at ?? 0));
    expect(times.slice(0, 5).every((at) => at < 1_000)).toBe(true);
    expect(times[5]).toBeGreaterThanOrEqual(600_000);
    expect(await figuresOf()).toMatchObject({ sent: 5 });
  });

  it('[MSG-7] of half an answered batch only those without an answer are tried again', async () => {
    const fake = await world.addChannel({
      batchSize: 100,
      behaviour: ({ outgoing }, number) => ({
        kind: 'outcomes',
        outcomes: outgoing.map((_, at) =>
          number > 0 || at % 10 !== 3
            ? { kind: 'accepted' }
            : at % 20 === 3
              ? unavailable
              : { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' },
        ),
      }),
    });
    await takeIn(world.store, { counts: [100] });
    await world.start();
    await world.until(hasEnded);
    expect(fake.addresses()).toHaveLength(105);
    expect(await figuresOf()).toMatchObject({ sent: 95, failed: 5 });
  });

  const liars: [string, Behaviour][] = [
    ['throws', () => ({ kind: 'throw', afterMs: 10 })],
    ['answers nothing', () => ({ kind: 'outcomes', outcomes: [] })],
    ['answers nonsense', ({ outgoing }) => ({ kind: 'outcomes', outcomes: outgoing.map(() => ({ kind: 'fine' })) })],
    ['answers too little', ({ outgoing }) => ({ kind: 'outcomes', outcomes: outgoing.slice(1).map(() => undefined) })],
    ['never answers', () => ({ kind: 'silence' })],
  ];
  for (const [what, behaviour] of liars) {
    it(`[MSG-7] whose provider ${what} are unknown where it cannot tell repeats, and never called again`, async () => {
      const fake = await world.addChannel({ repeats: 'none', batchSize: 5, behaviour });
      await takeIn(world.store, { counts: [30] });
      await world.start();
      await world.until(hasEnded, 24 * 3_600_000);
      expect(new Set(fake.addresses()).size).toBe(fake.addresses().length);
      expect(await figuresOf()).toEqual({ queued: 0, unknown: 30, sent: 0, failed: 0, delivered: 0, clicked: 0 });
    });

    it(`[MSG-7] whose provider ${what} are called again under the same key where it tells repeats`, async () => {
      const fake = await world.addChannel({
        batchSize: 5,
        behaviour: (call, number) => (number < 3 ? behaviour(call, number) : accept(call, number)),
      });
      await takeIn(world.store, { counts: [30] });
      await world.start();
      await world.until(hasEnded, 24 * 3_600_000);
      const keys = new Map<string, Set<string>>();
      for (const { outgoing } of fake.journal) {
        for (const { address, key } of outgoing) keys.set(address, (keys.get(address) ?? new Set()).add(key));
      }
      expect([...keys.values()].every((ofOne) => ofOne.size === 1)).toBe(true);
      expect(fake.addresses().length).toBeGreaterThan(30);
      expect(await figuresOf()).toMatchObject({ sent: 30, unknown: 0 });
    });
  }

  it('[MSG-7] that may have been taken end as unknown, not as failed, when tries run out', async () => {
    await world.addChannel({
      behaviour: (call, number) => (number === 0 ? { kind: 'throw' } : all(unavailable)(call, number)),
    });
    await takeIn(world.store, { counts: [1] });
    await world.start();
    await world.until(hasEnded);
    expect(await figuresOf()).toMatchObject({ unknown: 1, failed: 0 });
  });
});

describe('channels', () => {
  it('[CHA-2] that are overloaded rest as long as they wish, and no delivery loses a try by it', async () => {
    const fake = await world.addChannel({
      concurrency: 10,
      behaviour: (call, number) =>
        number < 40 ? all({ ...channelDown, retryAfterMs: 30_000 }, 10)(call, number) : accept(call, number),
    });
    await takeIn(world.store, { counts: [30] });
    await world.start();
    await world.until(hasEnded);
    // Ten at first, then one each time until one is taken.
    const moments = [...new Set(fake.journal.map(({ at }) => at))];
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect(gaps.slice(0, 30).every((gap) => gap >= 30_000 && gap < 30_100)).toBe(true);
    expect(fake.journal.filter(({ at }) => at === moments[0])).toHaveLength(10);
    for (const moment of moments.slice(1, 31)) {
      expect(fake.journal.filter(({ at }) => at === moment)).toHaveLength(1);
    }
    expect(await figuresOf()).toMatchObject({ sent: 30, failed: 0 });
  });

  it('[CHA-2] that cannot be reached are asked again at least once a minute', async () => {
    const fake = await world.addChannel({ behaviour: all(channelDown, 0) });
    await takeIn(world.store, { counts: [10] });
    await world.start();
    await world.advance(3_600_000);
    const moments = [...new Set(fake.journal.map(({ at }) => at))];
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(61_000);
    expect(gaps.length).toBeLessThan(130);
    fake.behaviour = accept;
    await world.until(hasEnded, 61_000);
    expect(await figuresOf()).toMatchObject({ sent: 10 });
  });

  it('[CHA-2] that take nothing for a day are given up, not before, also over restarts', async () => {
    const fake = await world.addChannel({ behaviour: all(channelDown, 0) });
    await takeIn(world.store, { counts: [50] }, 10);
    const from = world.now();
    await world.start();
    await world.advance(60_000);
    await world.leap(20 * 3_600_000);
    world.kill();
    await world.start();
    await world.advance(60_000);
    await world.leap(from + DAY_MS - 180_000 - world.now());
    await world.advance(120_000);
    expect(await figuresOf()).toMatchObject({ queued: 50 });
    await takeIn(world.store, { name: 'late', counts: [5], receivedAt: world.now() });
    await world.advance(10 * 60_000);
    expect(await figuresOf()).toMatchObject({ queued: 0, failed: 50 });
    expect((await readFeed(world.store))[0]).toMatchObject({ stage: 'refused', reason: 'providerUnavailable' });
    expect(await figuresOf('late')).toMatchObject({ queued: 5 });
    fake.behaviour = accept;
    await world.advance(120_000);
    expect(await figuresOf('late')).toMatchObject({ sent: 5 });
  });

  it('[MSG-7] after twenty lost calls in a row only one at a time is risked', async () => {
    const fake = await world.addChannel({
      repeats: 'none',
      concurrency: 64,
      behaviour: () => ({ kind: 'throw', afterMs: 1_000 }),
    });
    await takeIn(world.store, { counts: [200] });
    await world.start();
    await world.advance(10 * 60_000);
    const first = fake.journal.filter(({ at }) => at === fake.journal[0]?.at).length;
    expect(first).toBe(20);
    // Rests of up to a minute: the risk is a message a rest.
    expect(fake.journal.length - first).toBeLessThan(25);
    expect(fake.mostUnderWay).toBe(20);
    fake.behaviour = accept;
    await world.until(hasEnded);
    expect(fake.mostUnderWay).toBe(64);
    const figures = await figuresOf();
    expect((figures?.unknown ?? 0) + (figures?.sent ?? 0)).toBe(200);
  });

  it('[CHA-2] mended in their settings go on at once', async () => {
    await world.addChannel({ behaviour: all({ ...channelDown, retryAfterMs: 3_600_000 }, 0) });
    await takeIn(world.store, { counts: [10] });
    const dispatch = await world.start();
    await world.advance(5_000);
    await world.addChannel({}, codeOf('mended'));
    world.setProvider(CHANNEL, world.providerOf('mended'));
    dispatch.channelChanged(WORKSPACE, CHANNEL);
    await world.until(hasEnded, 1_000);
    expect(await figuresOf()).toMatchObject({ sent: 10 });
  });

  it('[CHA-2] whose provider cannot be made rest, and go on when it can', async () => {
    const fake = await world.addChannel();
    const make = world.providerOf(CHANNEL);
    world.setProvider(CHANNEL, () => {
      throw new Error('key missing');
    });
    await takeIn(world.store, { counts: [10] });
    await world.start();
    await world.advance(300_000);
    expect(fake.journal).toEqual([]);
    expect(world.log.length).toBeLessThan(20);
    world.setProvider(CHANNEL, make);
    await world.until(hasEnded, 61_000);
    expect(await figuresOf()).toMatchObject({ sent: 10 });
  });
});
