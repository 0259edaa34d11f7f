/** How long to wait before the next try: doubling, and spread by chance so that tries do not come back in a wave. */

/** Tries of one delivery: the first comes back after 0–2 s, the eighth would after 0–256 s. */
const TRY_BASE_MS = 2_000;
const TRY_CAP_MS = 300_000;
/** A channel is asked again at least once a minute, so that a recovery is noticed soon. */
const REST_BASE_MS = 2_000;
const REST_CAP_MS = 60_000;
/** A provider's wish is followed up to an hour; after that a single probe does no harm. */
const WISH_CAP_MS = 3_600_000;

/** Full jitter: anything from nothing to the doubled base. `tries` counts from 1. */
export function tryAgainMs(tries: number, wishMs: number | undefined, random: () => number): number {
  const jittered = random() * Math.min(TRY_CAP_MS, TRY_BASE_MS * 2 ** (tries - 1));
  return Math.round(Math.max(jittered, wishMs ?? 0));
}

/** At least half of the doubled base, since a whole channel waits for it. `rests` counts from 1. */
export function restMs(rests: number, wishMs: number | undefined, random: () => number): number {
  if (wishMs !== undefined) return Math.min(wishMs, WISH_CAP_MS);
  const most = Math.min(REST_CAP_MS, REST_BASE_MS * 2 ** (rests - 1));
  return Math.round(most / 2 + (random() * most) / 2);
}
