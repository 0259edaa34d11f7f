/** What the call journal takes from a kill: who was not called is called, and who was answered gets that answer. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageId, readFeed, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import { accept, all, type ChannelPlan } from './dispatch-provider.ts';
import { createWorld, type World } from './dispatch-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const RECIPIENTS = 40;
const view = () => world.store.message(WORKSPACE, messageId('one'));
const hasEnded = async () => (await view())?.state === 'sent';
const figures = async () => (await view())?.figures;
const unknown = async () =>
  (await readFeed(world.store)).filter(({ state }) => state === 'unknown').map(({ recipient }) => `one/${recipient}`);
const journals = () => readdirSync(world.folder).filter((name) => name.endsWith('.journal'));

/** A channel that cannot tell repeats, eight calls at a time, and a message in its queue. */
async function prepare(plan: ChannelPlan = {}) {
  const fake = await world.addChannel({ repeats: 'none', concurrency: 8, ...plan });
  await takeIn(world.store, { counts: [RECIPIENTS] });
  return fake;
}

/** The process dies at the turn of that number, counted from 1. */
async function killAtTurn(where: 'beforeTurn' | 'onTurn', number: number) {
  let turns = 0;
  let isDead = false;
  world[where] = () => {
    if (++turns !== number) return;
    world.kill();
    isDead = true;
  };
  await world.start();
  await world.until(() => isDead);
  world[where] = () => {};
}

async function restart() {
  await world.start();
  await world.until(hasEnded);
}

describe('killed between the commit and the calls', () => {
  it('[MSG-7] nothing ends unknown: what was not called is called, once', async () => {
    const fake = await prepare();
    await killAtTurn('onTurn', 3);
    const called = fake.journal.length;
    const begun = world.turns.flatMap(({ begins }) => begins).length;
    expect(begun).toBeGreaterThan(called);
    await restart();
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(new Set(fake.addresses()).size).toBe(RECIPIENTS);
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
  });

  it('[MSG-7] and so again where that happens at each start', async () => {
    const fake = await prepare();
    for (let time = 0; time < 5; time++) await killAtTurn('onTurn', 1);
    expect(fake.journal).toEqual([]);
    await restart();
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
  });

  it('[MSG-7] but after a power cut all that was begun does, since nobody knows', async () => {
    const fake = await prepare();
    await killAtTurn('onTurn', 1);
    world.bootId = 'boot-2';
    await restart();
    expect(await unknown()).toHaveLength(8);
    expect(fake.addresses()).toHaveLength(RECIPIENTS - 8);
  });

  it('[MSG-7] and where the system does not say when it was switched on', async () => {
    world.bootId = undefined;
    const fake = await prepare();
    await killAtTurn('onTurn', 1);
    expect(journals()).toEqual([]);
    await restart();
    expect(await unknown()).toHaveLength(8);
    expect(fake.addresses()).toHaveLength(RECIPIENTS - 8);
  });

  it('[MSG-7] a process of another run of the machine in between makes nothing certain', async () => {
    const fake = await prepare();
    await killAtTurn('onTurn', 1);
    world.bootId = 'boot-2';
    // It dies before it could end as unknown what the first had begun.
    await killAtTurn('beforeTurn', 1);
    world.bootId = 'boot-1';
    await restart();
    expect(await unknown()).toHaveLength(8);
    expect(fake.addresses()).toHaveLength(RECIPIENTS - 8);
  });

  it('[MSG-7] where calls wait for a connection, those that have left are unknown and the others are made', async () => {
    const fake = await prepare({ leavesAfterMs: 100, behaviour: all({ kind: 'accepted' }, 1_000) });
    let leaving = 0;
    world.beforeLine = (line) => {
      if (line === 'leaving' && ++leaving === 4) world.kill();
    };
    await world.start();
    await world.advance(500);
    // The fourth line was written by the process that was just dying, and its call left with it.
    const left = fake.addresses();
    expect(left.length).toBeLessThan(8);
    fake.behaviour = accept;
    await restart();
    expect(await unknown()).toEqual(left);
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
    expect(new Set(fake.addresses()).size).toBe(RECIPIENTS);
  });
});

describe('killed between an answer and its commit', () => {
  it('[MSG-7] it counts: nothing ends unknown, nobody is called twice', async () => {
    const fake = await prepare();
    await killAtTurn('beforeTurn', 2);
    expect(fake.journal.every(({ answeredAt }) => answeredAt !== undefined)).toBe(true);
    expect(fake.journal).toHaveLength(8);
    await restart();
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
    expect(world.receipts.length).toBeGreaterThan(0);
  });

  it('[STA-2] a refusal keeps its reason', async () => {
    const refused = { kind: 'refused', stage: 'invalidTarget', reason: 'addressUnknown', detail: '550' } as const;
    const fake = await prepare({ behaviour: all(refused) });
    await killAtTurn('beforeTurn', 2);
    const first = fake.addresses();
    fake.behaviour = accept;
    await restart();
    const failed = (await readFeed(world.store)).filter(({ state }) => state === 'failed');
    expect(failed.map(({ recipient }) => `one/${recipient}`)).toEqual(first);
    expect(failed[0]).toMatchObject({ stage: 'invalidTarget', reason: 'addressUnknown', detail: '550' });
  });

  it('[MSG-7] "not taken" is tried again, as if there had been no kill', async () => {
    const fake = await prepare({ behaviour: all({ kind: 'unavailable', scope: 'delivery' }) });
    await killAtTurn('beforeTurn', 2);
    const first = fake.addresses();
    fake.behaviour = accept;
    await restart();
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(fake.addresses()).toHaveLength(RECIPIENTS + first.length);
  });

  it('[MSG-7] a provider that can be asked is asked for those in flight alone', async () => {
    const fake = await prepare({ repeats: 'lookup', behaviour: (call, number) => accept(call, number) });
    fake.behaviour = (call, number) => ({ ...accept(call, number), afterMs: number < 4 ? 50 : 5_000 });
    await killAtTurn('beforeTurn', 2);
    const inFlight = fake.journal.filter(({ answeredAt }) => answeredAt === undefined).length;
    expect(inFlight).toBe(4);
    fake.behaviour = accept;
    await restart();
    expect(fake.journal.filter(({ kind }) => kind === 'lookup')).toHaveLength(inFlight);
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
  });
});

describe('its keeping', () => {
  it('[SYN-9] a start takes the journals of the dead in, and removes them', async () => {
    await prepare();
    await killAtTurn('onTurn', 2);
    expect(journals()).toEqual(['calls-1.journal']);
    await restart();
    expect(journals()).toEqual(['calls-2.journal']);
  });

  it('[SYN-9] a clean end leaves none, unless calls are still under way', async () => {
    const fake = await prepare();
    const first = await world.start();
    await world.until(hasEnded);
    await first.stop(1_000);
    world.closeJournals();
    expect(journals()).toEqual([]);

    await takeIn(world.store, { name: 'two', counts: [4] });
    fake.behaviour = all({ kind: 'accepted' }, 60_000);
    const second = await world.start();
    await world.advance(100);
    const stopping = second.stop(1_000);
    await world.advance(2_000);
    await stopping;
    world.closeJournals();
    expect(journals()).toEqual(['calls-1.journal']);
  });

  it('[MSG-7] a provider that tells repeats needs none', async () => {
    await prepare({ repeats: 'idempotent' });
    await restart();
    expect(journals()).toEqual([]);
  });

  it('[MSG-7] a plan that cannot be written keeps the turn and its calls back, until it can', async () => {
    const fake = await prepare();
    world.beforeLine = (line) => {
      if (line === 'plan') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    await world.start();
    await world.advance(5_000);
    expect(fake.journal).toEqual([]);
    expect(world.turns).toEqual([]);
    world.beforeLine = () => {};
    await world.until(hasEnded);
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
  });

  it('[MSG-7] a call whose leaving cannot be written does not leave, and is made later', async () => {
    const fake = await prepare({ leavesAfterMs: 10 });
    world.beforeLine = (line) => {
      if (line === 'leaving') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    await world.start();
    await world.advance(5_000);
    expect(fake.journal).toEqual([]);
    world.beforeLine = () => {};
    await world.until(hasEnded);
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
  });

  it('[MSG-7] an answer that cannot be written there counts all the same, and the log says so', async () => {
    const fake = await prepare();
    world.beforeLine = (line) => {
      if (line === 'ended') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    await restart();
    expect(await figures()).toMatchObject({ sent: RECIPIENTS, unknown: 0 });
    expect(fake.addresses()).toHaveLength(RECIPIENTS);
    expect(world.log).toContainEqual(expect.objectContaining({ problem: 'journalFailed' }));
  });
});
