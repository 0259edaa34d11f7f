import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELIVERY_STATES, mergeState } from '#domain/delivery';

const state = fc.constantFrom(...DELIVERY_STATES);

describe('mergeState', () => {
  it('[MSG-10] order, grouping and repetition of reports change nothing', () => {
    fc.assert(
      fc.property(state, state, state, (one, two, three) => {
        expect(mergeState(one, two)).toBe(mergeState(two, one));
        expect(mergeState(mergeState(one, two), three)).toBe(mergeState(one, mergeState(two, three)));
        expect(mergeState(one, one)).toBe(one);
      }),
    );
  });

  it("[MSG-10] a phone's confirmation outweighs a provider's guess, whichever came first", () => {
    expect(mergeState('failed', 'delivered')).toBe('delivered');
    expect(mergeState('delivered', 'failed')).toBe('delivered');
    expect(mergeState('unknown', 'accepted')).toBe('accepted');
  });
});
