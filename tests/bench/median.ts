/** The middle one of the values of several rounds: one slow round, on a machine that had something else to do, moves nothing. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** `share` of the values are no greater. */
export function percentile(values: readonly number[], share: number): number {
  return [...values].sort((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? NaN;
}
