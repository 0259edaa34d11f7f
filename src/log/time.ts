/**
 * The hybrid logical clock (Kulkarni et al., 2014) in one safe integer; see `LogTime`. Pure: the wall clock is handed
 * in, and whoever keeps the greatest time keeps it durably, so that two tabs never give the same.
 */
import type { LogTime } from './types.ts';

const COUNTER = 1024;

export const timeFromMs = (ms: number): LogTime => Math.floor(ms) * COUNTER;
export const msOfTime = (time: LogTime): number => Math.floor(time / COUNTER);

/** Later than all that was given or seen, and not before the wall clock. */
export function nextTime(greatest: LogTime, nowMs: number): LogTime {
  return Math.max(greatest + 1, timeFromMs(nowMs));
}

/** What the clock must have passed once another device's time was seen. Free of order. */
export function receiveTime(greatest: LogTime, seen: LogTime): LogTime {
  return Math.max(greatest, seen);
}

export const isLogTime = (value: unknown): value is LogTime => Number.isSafeInteger(value) && (value as number) >= 0;
