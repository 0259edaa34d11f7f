/**
 * A channel's limit as a token bucket, small enough that no window of one second holds more than 5 % over the limit:
 * in any second at most `perSecond` tokens come in and the bucket's content goes out on top.
 */
export interface RateLimit {
  /** Undefined: no limit. A change keeps what is in the bucket, as far as it fits. */
  readonly setRate: (perSecond: number | undefined, at: number) => void;
  /** Whole messages that may go out now. */
  readonly available: (at: number) => number;
  readonly take: (count: number) => void;
  /** Until about half a bucket is there: fewer, fuller turns, and nothing spilled by a late timer. */
  readonly waitMs: (at: number) => number;
}

/** 3 % instead of 5: requests that leave evenly still arrive a little unevenly. */
const BUCKET_SECONDS = 0.03;
/** Sums of fractions of tokens do not come out even. */
const EPSILON = 1e-6;

export function createRateLimit(): RateLimit {
  let rate = Infinity;
  let tokens = Infinity;
  let filledAt = 0;

  const size = () => Math.max(1, rate * BUCKET_SECONDS);

  function fill(at: number): void {
    // A clock that was set back fills nothing, and is followed.
    const seconds = Math.max(0, at - filledAt) / 1000;
    tokens = Math.min(size(), tokens + seconds * rate);
    filledAt = at;
  }

  return {
    setRate(perSecond, at) {
      const next = perSecond ?? Infinity;
      if (next === rate) return;
      if (rate !== Infinity) fill(at);
      rate = next;
      tokens = rate === Infinity ? Infinity : Math.min(tokens, size());
      filledAt = at;
    },
    available(at) {
      if (rate === Infinity) return Infinity;
      fill(at);
      return Math.floor(tokens + EPSILON);
    },
    take(count) {
      tokens -= count;
    },
    waitMs(at) {
      if (rate === Infinity) return 0;
      fill(at);
      const wanted = Math.max(1, Math.floor(size() / 2));
      return Math.max(1, Math.ceil(((wanted - tokens) / rate) * 1000));
    },
  };
}
