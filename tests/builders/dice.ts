/** Seeded choices, so that every generated file, contact and history can be had again from its seed. */
import { createRandom } from './random.ts';

export interface Dice {
  /** From 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value;
  readonly chance: (share: number) => boolean;
}

export function createDice(seed: number): Dice {
  const next = createRandom(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('Nothing to pick from.');
      return value;
    },
    chance: (share) => next() < share,
  };
}
