/** Dispatch works in turns: written first, called after, never more than the provider takes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOf, CHANNEL, codeOf, messageId, readFeed, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import { accept, all } from './dispatch-provider.ts';
import { createWorld, type World } from './dispatch-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const stateOf = async (name = 'one') => (await world.store.message(WORKSPACE, messageId(name)))?.state;
const hasEnded =
  (name = 'one') =>
  async () =>
    (await stateOf(name)) === 'sent';
const figuresOf = async (name = 'one') => (await world.store.message(WORKSPACE, messageId(name)))?.figures;

describe('turns', () => {
  it('[MSG-7] everyone gets the message once, with their own values, and the receipts say so', async () => {
    const fake = await world.addChannel();
    await takeIn(world.store, { counts: [40, 30] }, 25);
    await world.start();
    await world.until(hasEnded());
    const expected = Array.from({ length: 70 }, (_, at) => addressOf('one', at));
    expect(fake.addresses().sort()).toEqual(expected.sort());
    const [call] = fake.journal;
    expect(call?.outgoing[0]).toMatchObject({ address: 'one/0', content: { kind: 'text', text: 'Hello Person 0' } });
    expect(call?.outgoing[0]?.key).toMatch(/^[0-9a-f]{32}\.0$/);
    expect(await figuresOf()).toEqual({ queued: 0, unknown: 0, sent: 70, failed: 0, delivered: 0, clicked: 0 });
    expect(await readFeed(world.store)).toHaveLength(70);
    expect(world.receipts.every((workspace) => workspace === WORKSPACE)).toBe(true);
    expect(world.receipts.length).toBeGreaterThan(0);
  });

  it('[MSG-7] a call is made only after its beginning is on disk, and at once', async () => {
    const begun = new Map<string, number>();
    const fake = await world.addChannel({
      behaviour: (call, number) => {
        for (const { address } of call.outgoing) expect(begun.get(address)).toBe(call.at);
        return accept(call, number);
      },
    });
    world.onTurn = (turn) => {
      for (const { recipient } of turn.begins) begun.set(addressOf('one', recipient), world.now());
    };
    await takeIn(world.store, { counts: [100] });
    await world.start();
    await world.until(hasEnded());
    expect(fake.addresses()).toHaveLength(100);
    expect(world.log).toEqual([]);
  });

  it('[MSG-7] as many calls as the provider takes are under way, and no more', async () => {
    const fake = await world.addChannel({ concurrency: 32 });
    await takeIn(world.store, { counts: [2_000] }, 300);
    await world.start();
    await world.until(hasEnded());
    expect(fake.mostUnderWay).toBe(32);
    expect(fake.addresses()).toHaveLength(2_000);
  });

  it('[MSG-7] answers that come together are written together with what goes next', async () => {
    await world.addChannel({ concurrency: 20 });
    await takeIn(world.store, { counts: [200] });
    await world.start();
    await world.until(hasEnded());
    const both = world.turns.filter(({ ends, begins }) => ends.length > 0 && begins.length > 0);
    expect(both.length).toBeGreaterThan(5);
    expect(world.turns.length).toBeLessThan(60);
  });

  it('[MSG-7] a provider of batches gets full ones, of one group each', async () => {
    const group = (address: string) => String(Number(address.split('/')[1]) % 3);
    const fake = await world.addChannel({ batchSize: 10, concurrency: 2, groupKey: ({ address }) => group(address) });
    await takeIn(world.store, { counts: [300] });
    await world.start();
    await world.until(hasEnded());
    for (const { outgoing } of fake.journal) {
      expect(outgoing.length).toBeLessThanOrEqual(10);
      expect(new Set(outgoing.map(({ address }) => group(address))).size).toBe(1);
    }
    expect(fake.addresses()).toHaveLength(300);
    expect(new Set(fake.addresses()).size).toBe(300);
    expect(fake.journal.length).toBeLessThan(60);
  });

  it('[CHA-2] a limited channel keeps to its limit', async () => {
    const fake = await world.addChannel({ perSecond: 20, concurrency: 50 });
    await takeIn(world.store, { counts: [200] });
    await world.start();
    await world.until(hasEnded());
    const times = fake.journal.map(({ at }) => at);
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(21);
    }
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    expect(200 / seconds).toBeGreaterThan(18);
  });

  it('[CHA-2] a changed limit holds from then on', async () => {
    const fake = await world.addChannel({ perSecond: 1 });
    await takeIn(world.store, { counts: [100] });
    const dispatch = await world.start();
    await world.advance(5_000);
    expect(fake.journal.length).toBeLessThan(8);
    world.setProvider(CHANNEL, () => ({ platform: 'http-webhook', repeats: 'idempotent', provider: silentAccept }));
    dispatch.channelChanged(WORKSPACE, CHANNEL);
    await world.advance(2_000);
    expect(await stateOf()).toBe('sent');
  });

  it('[MSG-4] an urgent message overtakes a broadcast in work, and the broadcast goes on', async () => {
    const fake = await world.addChannel({ perSecond: 10 });
    await takeIn(world.store, { name: 'broadcast', counts: [500], priority: 'low' });
    const dispatch = await world.start();
    await world.advance(5_000);
    await takeIn(world.store, { name: 'urgent', counts: [5], priority: 'high' });
    dispatch.wake();
    const before = fake.addresses().length;
    await world.until(hasEnded('urgent'));
    expect(
      fake
        .addresses()
        .slice(before, before + 6)
        .filter((address) => address.startsWith('urgent')),
    ).toHaveLength(5);
    await world.until(hasEnded('broadcast'));
    expect(new Set(fake.addresses()).size).toBe(505);
    expect(fake.addresses()).toHaveLength(505);
  });

  it('[MSG-4] an urgent message is noticed within two seconds without a word', async () => {
    const fake = await world.addChannel({ perSecond: 10 });
    await takeIn(world.store, { name: 'broadcast', counts: [500], priority: 'medium' });
    await world.start();
    await world.advance(5_000);
    await takeIn(world.store, { name: 'urgent', counts: [1], priority: 'high' });
    const from = world.now();
    await world.until(() => fake.addresses().includes('urgent/0'));
    expect(world.now() - from).toBeLessThanOrEqual(2_000);
  });

  it('[MSG-7] a channel whose provider never answers holds up no other', async () => {
    const dead = await world.addChannel({ behaviour: () => ({ kind: 'silence' }) }, codeOf('dead'));
    await world.addChannel();
    await takeIn(world.store, { name: 'stuck', channel: codeOf('dead'), counts: [500] });
    await takeIn(world.store, { counts: [500] });
    await world.start();
    await world.until(hasEnded(), 10_000);
    expect(dead.journal.length).toBeGreaterThan(0);
    expect(await stateOf('stuck')).toBe('sending');
  });

  it('[MSG-7] while the disk refuses, nothing is called; afterwards everything goes out once', async () => {
    const fake = await world.addChannel();
    await takeIn(world.store, { counts: [60] });
    let refusals = 0;
    const refuse = () => {
      refusals++;
      throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    };
    world.beforeTurn = refuse;
    await world.start();
    await world.advance(3_500);
    expect(fake.journal).toEqual([]);
    world.beforeTurn = () => {};
    await world.until(() => fake.addresses().length >= 20);
    world.beforeTurn = refuse;
    await world.advance(3_500);
    const called = fake.addresses().length;
    world.beforeTurn = () => {};
    await world.until(hasEnded());
    expect(refusals).toBeLessThan(12);
    expect(called).toBeLessThan(60);
    expect(fake.addresses()).toHaveLength(60);
    expect(await figuresOf()).toMatchObject({ sent: 60 });
    expect(world.log.map(({ problem }) => problem)).toContain('storeFailed');
  });

  it('[SYN-9] a process that lost its lease writes nothing more and makes no more calls of it', async () => {
    const fake = await world.addChannel({
      repeats: 'none',
      concurrency: 4,
      behaviour: all({ kind: 'accepted' }, 2_000),
    });
    await takeIn(world.store, { counts: [50] });
    await world.start();
    await world.advance(100);
    expect(fake.journal).toHaveLength(4);
    // Another process finds the lease expired, by its own clock.
    const key = { workspace: WORKSPACE, code: CHANNEL };
    const stolen = await world.store.claimBatch(key, 'thief', world.now() + 20_000, world.now() + 9_000_000);
    expect(stolen).toBeDefined();
    await world.advance(60_000);
    expect(fake.journal).toHaveLength(4);
    expect(await figuresOf()).toMatchObject({ queued: 50, sent: 0 });
    expect(world.log.map(({ problem }) => problem)).toEqual(['leaseLost']);
  });

  it('[SYN-9] a process that slept through its leases goes on without calling anyone twice', async () => {
    const fake = await world.addChannel({
      repeats: 'none',
      concurrency: 4,
      behaviour: all({ kind: 'accepted' }, 30_000),
    });
    await takeIn(world.store, { counts: [12] }, 4);
    await world.start();
    await world.until(hasEnded());
    expect(fake.addresses()).toHaveLength(12);
    expect(await figuresOf()).toMatchObject({ sent: 12, unknown: 0 });
  });
});

describe('stop', () => {
  it('[MSG-7] waits for the calls under way, begins no more, and gives the rest back', async () => {
    const fake = await world.addChannel({
      repeats: 'none',
      concurrency: 8,
      behaviour: all({ kind: 'accepted' }, 1_000),
    });
    await takeIn(world.store, { counts: [100] });
    const dispatch = await world.start();
    await world.advance(1_500);
    let stopped = false;
    const stopping = dispatch.stop(5_000).then(() => (stopped = true));
    await world.until(() => stopped);
    await stopping;
    const called = fake.addresses().length;
    expect(called).toBe(16);
    expect(await figuresOf()).toMatchObject({ sent: 16, unknown: 0, queued: 84 });
    expect((await world.store.counts()).calling).toBe(0);
    const at = world.now();
    expect((await world.store.readyChannels(at)).ready).toHaveLength(1);
    await world.start();
    await world.until(hasEnded());
    expect(fake.addresses()).toHaveLength(100);
    expect(await figuresOf()).toMatchObject({ sent: 100, unknown: 0 });
  });

  it('[MSG-7] does not wait longer than it may: what was under way then is unknown after the next start', async () => {
    const fake = await world.addChannel({
      repeats: 'none',
      concurrency: 8,
      behaviour: all({ kind: 'accepted' }, 60_000),
    });
    await takeIn(world.store, { counts: [20] });
    const dispatch = await world.start();
    await world.advance(100);
    let stopped = false;
    void dispatch.stop(5_000).then(() => (stopped = true));
    const from = world.now();
    await world.until(() => stopped);
    expect(world.now() - from).toBeLessThanOrEqual(5_500);
    world.kill();
    fake.behaviour = accept;
    await world.start();
    await world.until(hasEnded());
    expect(await figuresOf()).toMatchObject({ unknown: 8, sent: 12 });
    expect(new Set(fake.addresses()).size).toBe(fake.addresses().length);
  });

  it('[MSG-7] with nothing in work is over at once', async () => {
    await world.addChannel();
    const dispatch = await world.start();
    await dispatch.stop(1);
  });
});

const silentAccept = {
  batchSize: 1,
  concurrency: 50,
  groupKey: () => '',
  send: (batch: readonly unknown[]) => Promise.resolve(batch.map(() => ({ kind: 'accepted' }) as const)),
  test: () => Promise.resolve({ kind: 'works' } as const),
  close: () => Promise.resolve(),
};
