/**
 * How well a channel takes calls: how many may be under way, when it rests, and since when it takes nothing at all.
 * Only calls begun after the last rest say anything new; the others had left before.
 */
import { restMs } from './backoff.ts';

export type Sign =
  /** A definite answer: the provider works, whatever it said. */
  | { readonly kind: 'answered' }
  /** Nothing taken, or nothing known. `channel` is a fault that every other call would meet too. */
  | { readonly kind: 'troubled'; readonly scope: 'delivery' | 'channel'; readonly wishMs: number | undefined };

export interface Health {
  /** Calls that may be under way at a time, of those begun since the last rest. */
  readonly window: () => number;
  /** One delivery at a time until the provider has answered. */
  readonly isProbing: () => boolean;
  readonly restUntil: () => number;
  readonly downSince: () => number | undefined;
  /** Taken over from the store after a restart. */
  readonly setDownSince: (since: number | undefined) => void;
  /** Stamped on a call when it begins. */
  readonly period: () => number;
  /** Answers how long the channel is to rest now, 0 where it need not. */
  readonly note: (period: number, sign: Sign, at: number) => number;
  readonly rest: (wishMs: number | undefined, at: number) => number;
  /** The channel's settings were changed: what was learned before says nothing. */
  readonly reset: () => void;
}

/** So many in a row without an answer, and the channel rests. */
const TROUBLED_LIMIT = 20;
/** As many may be lost before anything is known of the provider; each answer then lets one more go at a time. */
const FIRST_WINDOW = TROUBLED_LIMIT;
const LARGEST_WINDOW = 100_000;

export function createHealth(random: () => number): Health {
  let window = FIRST_WINDOW;
  let troubled = 0;
  let rests = 0;
  let restUntil = 0;
  let period = 0;
  let probing = false;
  let downSince: number | undefined;

  function rest(wishMs: number | undefined, at: number): number {
    rests++;
    period++;
    window = 1;
    troubled = 0;
    probing = true;
    downSince ??= at;
    const milliseconds = restMs(rests, wishMs, random);
    restUntil = at + milliseconds;
    return milliseconds;
  }

  function answered(): void {
    window = Math.min(window + 1, LARGEST_WINDOW);
    troubled = 0;
    rests = 0;
    probing = false;
    downSince = undefined;
  }

  return {
    window: () => window,
    isProbing: () => probing,
    restUntil: () => restUntil,
    downSince: () => downSince,
    setDownSince: (since) => void (downSince = since),
    period: () => period,
    note(begunIn, sign, at) {
      if (begunIn !== period) return 0;
      if (sign.kind === 'answered') {
        answered();
        return 0;
      }
      troubled++;
      if (sign.scope === 'delivery' && !probing && troubled < TROUBLED_LIMIT) return 0;
      return rest(sign.wishMs, at);
    },
    rest,
    reset() {
      period++;
      window = FIRST_WINDOW;
      troubled = 0;
      rests = 0;
      restUntil = 0;
      probing = false;
      downSince = undefined;
    },
  };
}
