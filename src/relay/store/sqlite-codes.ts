/**
 * How words stand in the tables as numbers. Written once, never changed: rows of every released relay use them. Gaps
 * leave room for states to come.
 */
import type { DeliveryState } from '#domain/delivery';
import type { Priority } from '#domain/message';

/** In the order of evidence, so that SQL may compare. */
export const STATE_CODES = {
  queued: 0,
  unknown: 10,
  accepted: 20,
  failed: 30,
  delivered: 40,
  clicked: 50,
} as const satisfies Readonly<Record<DeliveryState, number>>;

const STATE_BY_CODE = new Map(
  Object.entries(STATE_CODES).map(([state, code]) => [code as number, state as DeliveryState]),
);

export function stateOfCode(code: number): DeliveryState {
  const state = STATE_BY_CODE.get(code);
  if (!state) throw new Error(`state code ${code} is unknown`);
  return state;
}

export const PRIORITY_CODES = { high: 0, medium: 1, low: 2 } as const satisfies Readonly<Record<Priority, number>>;

export function priorityOfCode(code: number): Priority {
  return code === 0 ? 'high' : code === 1 ? 'medium' : 'low';
}

/** Bits of `deliveries.flags`. */
export const BEGUN = 1;
export const DOUBTFUL = 2;
/** A channel has accepted it, whatever came after. */
export const SENT = 4;
