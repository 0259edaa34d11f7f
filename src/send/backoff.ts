/** How long to wait before asking the relay again: doubling, with full jitter, so that devices do not return together. */
const FIRST_MS = 100;
const LONGEST_MS = 60_000;

/** `failures` in a row, from 1; `random` in [0, 1). A reset connection is often gone at once, so the first wait is short. */
export function backoffMs(failures: number, random: number, longestMs = LONGEST_MS): number {
  const ceilingMs = Math.min(longestMs, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(ceilingMs * (0.25 + 0.75 * random));
}
