/** What one outcome means for its delivery. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endWithout, judge, MOST_TRIES, parseOutcome, type Circumstances } from '#relay/dispatch/judge';
import { tryAgainMs } from '#relay/dispatch/backoff';
import type { SendOutcome } from '#relay/provider';
import type { Work } from '#relay/store/types';
import { DAY_MS, messageId, START } from '#tests/builders/store-rows';

const work = (changes: Partial<Work> = {}): Work => ({
  message: messageId('one'),
  recipient: 0,
  address: 'a',
  variables: {},
  tries: 0,
  interrupted: false,
  doubtful: false,
  notBefore: 0,
  ...changes,
});
const circumstances = (changes: Partial<Circumstances> = {}): Circumstances => ({
  at: START,
  repeats: 'idempotent',
  call: 'send',
  heldSince: undefined,
  random: () => 0.5,
  ...changes,
});
const unavailable: SendOutcome = { kind: 'unavailable', scope: 'delivery' };
const channelDown: SendOutcome = { kind: 'unavailable', scope: 'channel' };
const endingOf = (outcome: SendOutcome, before: Partial<Work> = {}, changes: Partial<Circumstances> = {}) =>
  judge(outcome, work(before), circumstances(changes)).ending;

describe('judge', () => {
  it('[MSG-7] what was not taken is tried again, at most eight times', () => {
    expect(endingOf(unavailable)).toEqual({ kind: 'again', notBefore: START + 1_000, spent: 'try', doubt: 'kept' });
    expect(endingOf(unavailable, { tries: MOST_TRIES - 1 })).toEqual({
      kind: 'refused',
      stage: 'refused',
      reason: 'providerUnavailable',
    });
  });

  it('[MSG-7] a provider that cannot tell repeats is never called twice for what may have been taken', () => {
    expect(endingOf({ kind: 'unknown' }, {}, { repeats: 'none' })).toEqual({ kind: 'unknown' });
    expect(endingOf({ kind: 'unknown' }, {}, { repeats: 'idempotent' })).toMatchObject({
      kind: 'again',
      doubt: 'raised',
    });
    expect(endingOf({ kind: 'unknown' }, {}, { repeats: 'lookup' })).toMatchObject({ kind: 'again', doubt: 'raised' });
  });

  it('[MSG-7] what may have been taken once never ends as failed for want of a provider', () => {
    for (const doubt of [{ doubtful: true }, { interrupted: true }]) {
      const last = { ...doubt, tries: MOST_TRIES - 1 };
      expect(endingOf(unavailable, last)).toEqual({ kind: 'unknown' });
      expect(endingOf(channelDown, last, { heldSince: START - DAY_MS })).toEqual({ kind: 'unknown' });
      for (const reason of ['channelGone', 'expired', 'providerUnavailable', 'variableMissing'] as const) {
        expect(endWithout(work(doubt), reason)).toEqual({ kind: 'unknown' });
      }
    }
    expect(endingOf({ kind: 'unknown' }, { tries: MOST_TRIES - 1 })).toEqual({ kind: 'unknown' });
  });

  it('[MSG-7] a channel at rest costs no try, and is given up after a day', () => {
    const waits = { kind: 'again', notBefore: START, spent: 'nothing', doubt: 'kept' };
    expect(endingOf(channelDown, { tries: MOST_TRIES - 1 })).toEqual(waits);
    expect(endingOf(channelDown, {}, { heldSince: START - DAY_MS + 1 })).toEqual(waits);
    expect(endingOf(channelDown, {}, { heldSince: START - DAY_MS })).toMatchObject({ reason: 'providerUnavailable' });
  });

  it('[MSG-7] a lookup that finds nothing lets the delivery be sent, one that cannot ask does not', () => {
    const asked = { call: 'lookup', repeats: 'lookup' } as const;
    const doubtful = { doubtful: true, tries: 1 };
    expect(endingOf(unavailable, doubtful, asked)).toMatchObject({ kind: 'again', doubt: 'cleared', spent: 'nothing' });
    expect(endingOf(channelDown, doubtful, asked)).toMatchObject({ kind: 'again', doubt: 'kept' });
    expect(endingOf({ kind: 'accepted' }, doubtful, asked)).toEqual({ kind: 'accepted' });
  });

  it('[MSG-7] the wait doubles, is spread over its whole length, and heeds what the provider wishes', () => {
    const most = (tries: number) => tryAgainMs(tries, undefined, () => 1);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 20].map(most)).toEqual(
      [2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * 1_000),
    );
    expect(tryAgainMs(5, undefined, () => 0)).toBe(0);
    expect(tryAgainMs(1, 90_000, () => 0.5)).toBe(90_000);
    expect(tryAgainMs(8, 1_000, () => 0.5)).toBe(128_000);
  });

  it('[MSG-10] whatever a provider hands back becomes an outcome, and nonsense is unknown', () => {
    for (const value of [undefined, null, 'accepted', 7, [], {}, { kind: 'ACCEPTED' }, { kind: 'queued' }]) {
      expect(parseOutcome(value)).toEqual({ kind: 'unknown' });
    }
    expect(parseOutcome({ kind: 'accepted', providerId: 5 })).toEqual({ kind: 'accepted' });
    expect(parseOutcome({ kind: 'refused', stage: 'x', reason: 'y', detail: {} })).toEqual({
      kind: 'refused',
      stage: 'refused',
      reason: 'refusedOther',
    });
    expect(parseOutcome({ kind: 'unavailable', retryAfterMs: -1 })).toEqual(unavailable);
    expect(parseOutcome({ kind: 'unavailable', retryAfterMs: Infinity, scope: 'channel' })).toEqual(channelDown);
  });

  it('[MSG-10] outcomes of any shape never throw', () => {
    fc.assert(
      fc.property(fc.anything(), (value) =>
        ['accepted', 'refused', 'unavailable', 'unknown'].includes(parseOutcome(value).kind),
      ),
    );
  });
});
