/**
 * Token buckets in memory: one for each caller and kind of request. They keep a guesser or a runaway client from
 * taking the relay's time; they are no accounting and begin anew at each start.
 */

export interface Limit {
  /** Buckets of one limit are apart from those of another. */
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

export interface RateLimiter {
  /** 0 when the request may pass, else the seconds after which to come again. */
  readonly take: (limit: Limit, caller: string, now: number) => number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Beyond this number the longest unused goes, so that memory stays bounded. */
const MOST_BUCKETS = 20_000;

export function createRateLimiter(): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(limit, caller, now) {
      const key = `${limit.name} ${caller}`;
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now };
      // A clock that was set back gives nothing and takes nothing.
      const elapsedMs = Math.max(0, now - bucket.at);
      const tokens = Math.min(limit.burst, bucket.tokens + (elapsedMs / 1_000) * limit.perSecond);
      const passes = tokens >= 1;
      // Set anew, so that the map's order is that of use.
      buckets.delete(key);
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
      if (buckets.size > MOST_BUCKETS) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / limit.perSecond));
    },
  };
}

/** What of a remote address stands for one caller: an IPv6 customer holds a whole /64. */
export function callerOf(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const front = head.split(':').filter((part) => part !== '');
  const back = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...(plain.includes('::') ? zeros : []), ...back].slice(0, 4).join(':');
}
