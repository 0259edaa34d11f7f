/** A channel's limit holds in every window of one second, and does not waste more than it must. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateLimit } from '#relay/dispatch/rate-limit';

/** Takes whatever is there, whenever the limit says, each time late by some milliseconds. */
function departures(perSecond: number, lateMs: readonly number[], forMs: number): number[] {
  const limit = createRateLimit();
  limit.setRate(perSecond, 0);
  const times: number[] = [];
  let at = 0;
  for (let turn = 0; at < forMs; turn++) {
    const count = limit.available(at);
    limit.take(count);
    for (let each = 0; each < count; each++) times.push(at);
    at += limit.waitMs(at) + (lateMs[turn % lateMs.length] ?? 0);
  }
  return times;
}

function busiestSecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? 0) <= time - 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const rates = fc.oneof(
  fc.constantFrom(0.5, 1, 3, 10, 33, 100, 250, 1_000, 3_000),
  fc.double({ min: 0.1, max: 5_000, noNaN: true }),
);

it('[CHA-2] no window of one second holds more than the limit and 5 %', () => {
  fc.assert(
    fc.property(
      rates,
      fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 30 }),
      (rate, lateMs) => {
        expect(busiestSecond(departures(rate, lateMs, 20_000))).toBeLessThanOrEqual(Math.ceil(rate * 1.05));
      },
    ),
  );
});

it('[CHA-2] with punctual timers at least nine tenths of the limit go out', () => {
  fc.assert(
    fc.property(rates, (rate) => {
      const sent = departures(rate, [0, 1], 100_000).length;
      expect(sent).toBeGreaterThanOrEqual(Math.floor(rate * 100 * 0.9));
    }),
    { numRuns: 30 },
  );
});

it('[CHA-2] a new limit holds at once, and none is none', () => {
  const limit = createRateLimit();
  expect(limit.available(0)).toBe(Infinity);
  limit.setRate(1_000, 0);
  expect(limit.available(0)).toBe(30);
  limit.setRate(10, 0);
  expect(limit.available(0)).toBe(1);
  limit.take(1);
  expect(limit.available(99)).toBe(0);
  expect(limit.available(100)).toBe(1);
  limit.setRate(undefined, 100);
  expect(limit.available(100)).toBe(Infinity);
});

it('[CHA-2] a clock that is set back does not stop the channel', () => {
  const limit = createRateLimit();
  limit.setRate(10, 1_000_000);
  limit.take(limit.available(1_000_000));
  expect(limit.available(0)).toBe(0);
  expect(limit.available(100)).toBe(1);
});
