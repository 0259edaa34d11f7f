/** The verdict on an outbox that has left: it must see each way in which a message can be too few or too many. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#tests/builders/random';
import type { Fault } from '#tests/builders/fault-proxy';
import { createOutboxFaults } from './outbox-faults.ts';
import { judgeOutbox, LOST, type OutboxEnd } from './outbox-kills-verdict.ts';

const SENT = ['one', 'two', 'three'];
const end = (changes: Partial<OutboxEnd>): OutboxEnd => ({
  sent: SENT,
  waiting: new Set(),
  accepted: new Map(SENT.map((key) => [key, 1])),
  unended: new Set(),
  effects: SENT.length,
  ...changes,
});
const without = (key: string) => new Map(SENT.filter((each) => each !== key).map((each) => [each, 1]));

describe('[MSG-7] the verdict on an outbox', () => {
  it('[MSG-7] finds nothing where each message arrived once', () => {
    expect(judgeOutbox(end({}))).toEqual([]);
  });

  it('[MSG-7] tells a lost message from one that still waits and from one that the relay has', () => {
    const lost = judgeOutbox(end({ accepted: without('two'), effects: 2 }));
    expect(lost.some((problem) => LOST.test(problem))).toBe(true);
    const waits = judgeOutbox(end({ accepted: without('two'), waiting: new Set(['two']), effects: 2 }));
    expect(waits).toContain('1 message still in the outbox');
    const held = judgeOutbox(end({ accepted: without('two'), unended: new Set(['two']), effects: 2 }));
    expect(held).toContain('1 message taken by the relay and never sent on');
    expect([...waits, ...held].some((problem) => LOST.test(problem))).toBe(false);
  });

  it('[MSG-7] finds a message that was taken twice, under its own key or another', () => {
    expect(judgeOutbox(end({ accepted: without('two').set('two', 2) }))).toEqual([
      '1 message taken twice by the relay',
    ]);
    expect(judgeOutbox(end({ accepted: without('').set('two again', 1), effects: 4 }))).toEqual([
      '1 message at the relay that nobody sent',
      '4 deliveries took effect at the provider instead of 3',
    ]);
  });
});

describe('[MSG-7] the faults of a flush', () => {
  const complete = { method: 'POST', path: '/api/messages/one/complete' };

  it('[MSG-7] every fifth complete meets a fault, each kind as often as the others', () => {
    const faults = createOutboxFaults(createRandom(7));
    for (let count = 0; count < 250; count += 1) faults.fateOf(complete);
    expect([...faults.met().atComplete.values()]).toEqual([10, 10, 10, 10, 10]);
  });

  it('[MSG-7] the page itself is never in the way', () => {
    const faults = createOutboxFaults(createRandom(7));
    const fates = Array.from({ length: 200 }, () => faults.fateOf({ method: 'GET', path: '/messages' }));
    expect(new Set<unknown>(fates)).toEqual(new Set<Fault>(['none']));
  });

  it('[MSG-7] a kill falls at the complete that was aimed at, and only there', async () => {
    const faults = createOutboxFaults(createRandom(7));
    const reached = faults.reach('request', 3);
    faults.fateOf({ method: 'POST', path: '/api/messages' });
    const fates = Array.from({ length: 4 }, () => faults.fateOf(complete));
    expect(fates.map((fate) => typeof fate)).toEqual(['string', 'string', 'object', 'string']);
    const [held] = fates.filter((fate) => typeof fate === 'object');
    expect(held?.hold).toBe('request');
    held?.onHeld();
    await reached;
  });
});
