import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msOfTime, nextTime, receiveTime, timeFromMs } from '#log/time';

describe('the hybrid logical clock', () => {
  test('follows the wall clock', () => {
    expect(msOfTime(nextTime(0, 1_790_000_000_000))).toBe(1_790_000_000_000);
  });

  test('rises while the wall clock stands still or goes back', () => {
    const first = nextTime(0, 5_000);
    const second = nextTime(first, 5_000);
    expect(second).toBe(first + 1);
    expect(nextTime(second, 1_000)).toBe(second + 1);
  });

  test('more than 1,024 in a millisecond run into the next', () => {
    let time = timeFromMs(5_000);
    for (let count = 0; count < 2_000; count += 1) time = nextTime(time, 5_000);
    expect(msOfTime(time)).toBe(5_001);
  });

  test('stays a safe integer in the year 2248', () => {
    expect(Number.isSafeInteger(timeFromMs(Date.UTC(2248, 0, 1)))).toBe(true);
  });

  test('is later than everything seen, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (seen, now) => {
        const clock = seen.reduce(receiveTime, 0);
        expect(clock).toBe([...seen].reverse().reduce(receiveTime, 0));
        expect(nextTime(clock, now)).toBeGreaterThan(Math.max(0, ...seen));
      }),
    );
  });
});
