/** What dispatch checks again at hand-off, and what it does with tries that a killed process left behind. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendOutcome } from '#relay/provider';
import { channelRow, CHANNEL, messageId, readFeed, START, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import { accept, all } from './dispatch-provider.ts';
import { createWorld, type World } from './dispatch-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const view = (name = 'one') => world.store.message(WORKSPACE, messageId(name));
const hasEnded = async () => (await view())?.state === 'sent';
const figuresOf = async (name = 'one') => (await view(name))?.figures;
const gone = { state: 'failed', stage: 'refused', reason: 'channelGone' };

describe('at hand-off', () => {
  it('[CHA-2] a channel removed before the send refuses every delivery', async () => {
    const fake = await world.addChannel();
    await takeIn(world.store, { counts: [30] }, 10);
    await world.store.removeChannel(WORKSPACE, CHANNEL);
    await world.start();
    await world.until(hasEnded);
    expect(fake.journal).toEqual([]);
    const feed = await readFeed(world.store);
    expect(feed).toHaveLength(30);
    expect(feed.every((item) => item.reason === gone.reason && item.stage === gone.stage)).toBe(true);
  });

  it('[CHA-2] a channel removed in the middle is called no more', async () => {
    const fake = await world.addChannel({ perSecond: 10 });
    await takeIn(world.store, { counts: [100] });
    const dispatch = await world.start();
    await world.advance(3_000);
    await world.store.removeChannel(WORKSPACE, CHANNEL);
    const called = fake.journal.length;
    dispatch.channelChanged(WORKSPACE, CHANNEL);
    await world.until(hasEnded);
    expect(fake.journal).toHaveLength(called);
    expect(await figuresOf()).toMatchObject({ sent: called, failed: 100 - called });
  });

  it('[CHA-2] a removal that nobody told of is seen within a second', async () => {
    const fake = await world.addChannel({ perSecond: 10 });
    await takeIn(world.store, { counts: [100] });
    await world.start();
    await world.advance(3_000);
    await world.store.removeChannel(WORKSPACE, CHANNEL);
    const called = fake.journal.length;
    await world.until(hasEnded);
    expect(fake.journal.length - called).toBeLessThanOrEqual(11);
  });

  it('[CHA-2] another channel under the same code gets none of the removed one’s deliveries', async () => {
    const fake = await world.addChannel();
    await takeIn(world.store, { name: 'old', counts: [20] });
    await world.store.removeChannel(WORKSPACE, CHANNEL);
    await world.store.addChannel(channelRow({ name: 'Another' }));
    await takeIn(world.store, { counts: [20] });
    await world.start();
    await world.until(hasEnded);
    expect(fake.addresses().every((address) => address.startsWith('one/'))).toBe(true);
    expect(await figuresOf('old')).toMatchObject({ failed: 20, sent: 0 });
    expect(await figuresOf()).toMatchObject({ sent: 20 });
  });

  it('[MSG-10] nothing goes out past the message’s retention', async () => {
    const fake = await world.addChannel({ perSecond: 1 });
    await takeIn(world.store, { counts: [100], purgeAt: START + 30_000 });
    await world.start();
    await world.until(hasEnded);
    expect(fake.journal.every(({ at }) => at < START + 30_000)).toBe(true);
    expect(fake.journal.length).toBeGreaterThan(25);
    expect((await readFeed(world.store)).at(-1)).toMatchObject({ stage: 'refused', reason: 'expired' });
  });

  it('[TPL-1] who lacks a value that has no fallback gets nothing, and the others theirs', async () => {
    const fake = await world.addChannel();
    const content = { kind: 'email', subject: 'For {{name}}', text: 'Hi {{nick|friend}} {{name}}' } as const;
    await takeIn(world.store, { content, counts: [3] });
    const bare = { kind: 'text', text: '{{city}}' } as const;
    await takeIn(world.store, { name: 'two', content: bare, counts: [2] });
    await world.start();
    await world.until(async () => (await hasEnded()) && (await view('two'))?.state === 'sent');
    expect(fake.journal.map(({ outgoing }) => outgoing[0]?.content)).toEqual(
      [0, 1, 2].map((at) => ({ kind: 'email', subject: `For Person ${at}`, text: `Hi friend Person ${at}` })),
    );
    const feed = (await readFeed(world.store)).filter(({ message }) => message === messageId('two'));
    expect(feed).toHaveLength(2);
    expect(feed[0]).toMatchObject({ state: 'failed', stage: 'invalidTarget', reason: 'variableMissing' });
  });

  it('[TPL-1] an SMS template’s parameters are filled in, in their order', async () => {
    const fake = await world.addChannel();
    const content = {
      kind: 'sms-template',
      templateId: '77',
      parameters: ['{{name}}', 'fixed'],
      templateText: '',
    } as const;
    await takeIn(world.store, { content, counts: [1] });
    await world.start();
    await world.until(hasEnded);
    expect(fake.journal[0]?.outgoing[0]?.content).toEqual({
      kind: 'sms-template',
      templateId: '77',
      parameters: ['Person 0', 'fixed'],
    });
  });
});

describe('after a kill', () => {
  /** Eight of twenty calls are begun and have no answer when the process dies. */
  async function killInTheMiddle(repeats: 'idempotent' | 'lookup' | 'none') {
    const fake = await world.addChannel({ repeats, concurrency: 8, behaviour: all({ kind: 'accepted' }, 1_000) });
    await takeIn(world.store, { counts: [20] });
    await world.start();
    await world.advance(500);
    world.kill();
    fake.behaviour = accept;
    return fake;
  }

  it('[MSG-7] a provider that tells repeats is called again, under the same keys', async () => {
    const fake = await killInTheMiddle('idempotent');
    const keys = fake.journal.map(({ outgoing }) => outgoing[0]?.key);
    await world.start();
    await world.until(hasEnded);
    expect(fake.journal.slice(8, 16).map(({ outgoing }) => outgoing[0]?.key)).toEqual(keys);
    expect(fake.addresses()).toHaveLength(28);
    expect(await figuresOf()).toMatchObject({ sent: 20 });
  });

  it('[MSG-7] a provider that cannot is not: what was begun is unknown, for ever', async () => {
    const fake = await killInTheMiddle('none');
    const begun = fake.addresses();
    await world.start();
    await world.until(hasEnded);
    expect(fake.addresses()).toHaveLength(20);
    const unknown = (await readFeed(world.store)).filter(({ state }) => state === 'unknown');
    expect(unknown.map(({ recipient }) => `one/${recipient}`)).toEqual(begun);
    expect(await figuresOf()).toMatchObject({ sent: 12, unknown: 8 });
  });

  it('[MSG-7] a provider that can be asked is asked first, and only what it does not know is sent', async () => {
    const fake = await killInTheMiddle('lookup');
    const unavailable: SendOutcome = { kind: 'unavailable', scope: 'delivery' };
    fake.behaviour = (call, number) => {
      if (call.kind === 'send') return accept(call, number);
      const even = Number(call.outgoing[0]?.address.split('/')[1]) % 2 === 0;
      return all(even ? { kind: 'accepted' } : unavailable)(call, number);
    };
    await world.start();
    await world.until(hasEnded);
    const after = fake.journal.slice(8);
    expect(after.filter(({ kind }) => kind === 'lookup')).toHaveLength(8);
    const sent = after.filter(({ kind }) => kind === 'send').map(({ outgoing }) => outgoing[0]?.address);
    expect(sent.filter((address) => Number(address?.split('/')[1]) < 8)).toEqual(['one/1', 'one/3', 'one/5', 'one/7']);
    expect(await figuresOf()).toMatchObject({ sent: 20, unknown: 0 });
  });

  it('[MSG-7] a lookup that learns nothing is repeated, and ends as unknown', async () => {
    const fake = await killInTheMiddle('lookup');
    fake.behaviour = (call, number) =>
      all(call.kind === 'lookup' ? { kind: 'unknown' } : { kind: 'accepted' })(call, number);
    await world.start();
    await world.until(hasEnded);
    expect(await figuresOf()).toMatchObject({ sent: 12, unknown: 8 });
    const sends = fake.journal.filter(({ kind }) => kind === 'send').map(({ outgoing }) => outgoing[0]?.address);
    expect(new Set(sends).size).toBe(sends.length);
  });

  it('[CHA-2] of a channel removed meanwhile, what was begun is unknown and the rest refused', async () => {
    await killInTheMiddle('idempotent');
    await world.store.removeChannel(WORKSPACE, CHANNEL);
    await world.start();
    await world.until(hasEnded);
    expect(await figuresOf()).toMatchObject({ unknown: 8, failed: 12 });
  });
});
