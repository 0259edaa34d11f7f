/** The arithmetic of long lists: every row can be reached, near moves are exact, and the bar never lies at its ends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_SPACER_PX,
  START,
  followScroll,
  revealRow,
  rowOffset,
  rowWindow,
  settleScroll,
  spacerHeight,
  type Extent,
  type Position,
} from '#ui/virtual-scroll';

const extents = fc.record({
  total: fc.integer({ min: 1, max: 2_000_000 }),
  rowHeight: fc.constantFrom(40, 56, 72),
  viewport: fc.integer({ min: 120, max: 1_400 }),
  foot: fc.constantFrom(0, 88),
});
const MILLION: Extent = { total: 1_000_000, rowHeight: 40, viewport: 800 };
const lastTop = (extent: Extent) => Math.max(0, extent.total * extent.rowHeight + (extent.foot ?? 0) - extent.viewport);
const lastScroll = (extent: Extent) => Math.max(0, spacerHeight(extent) + (extent.foot ?? 0) - extent.viewport);

/** Whether the whole row stands within the height in which rows are seen. */
function isSeen(at: Position, index: number, extent: Extent): boolean {
  const top = rowOffset(at, index, extent) - at.scrollTop;
  return top >= -1 && top + extent.rowHeight <= Math.max(extent.viewport, extent.rowHeight) + 1;
}

describe('a list of any length', () => {
  it('[CON-5] no element is higher than browsers allow', () => {
    fc.assert(fc.property(extents, (extent) => spacerHeight(extent) <= MAX_SPACER_PX));
    expect(spacerHeight(MILLION)).toBe(MAX_SPACER_PX);
    expect(spacerHeight({ ...MILLION, total: 100_000 })).toBe(4_000_000);
  });

  it('[CON-5] every row can be brought into sight, from anywhere', () => {
    fc.assert(
      fc.property(extents, fc.nat(), fc.nat(), (extent, from, to) => {
        const somewhere = revealRow(START, from % extent.total, extent);
        const at = revealRow(somewhere, to % extent.total, extent);
        expect(isSeen(at, to % extent.total, extent)).toBe(true);
        expect(at.scrollTop).toBeGreaterThanOrEqual(0);
        expect(at.scrollTop).toBeLessThanOrEqual(lastScroll(extent));
      }),
    );
  });

  it('[CON-5] the end of the bar is the last row, its beginning the first', () => {
    fc.assert(
      fc.property(extents, (extent) => {
        const down = settleScroll(followScroll(START, lastScroll(extent), extent), extent);
        expect(rowWindow(down, extent, 0).last).toBe(extent.total);
        expect(down.top).toBeCloseTo(lastTop(extent), 3);
        const up = settleScroll(followScroll(down, 0, extent), extent);
        expect(up).toEqual(START);
      }),
    );
  });

  it('[CON-5] at the end of the bar the last row stands clear of what floats over the foot', () => {
    fc.assert(
      fc.property(extents, (extent) => {
        fc.pre(lastScroll(extent) > 0 && extent.viewport > extent.rowHeight + (extent.foot ?? 0));
        const down = settleScroll(followScroll(START, lastScroll(extent), extent), extent);
        const bottom = rowOffset(down, extent.total - 1, extent) + extent.rowHeight - down.scrollTop;
        expect(extent.viewport - bottom).toBeCloseTo(extent.foot ?? 0, 3);
      }),
    );
  });

  it('[CON-5] a wheel moves the rows by as many px as it says, however long the list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 900_000 }), fc.integer({ min: -1_600, max: 1_600 }), (row, delta) => {
        const from = revealRow(START, row, MILLION);
        const to = followScroll(from, from.scrollTop + delta, MILLION);
        expect(to.top - from.top).toBeCloseTo(delta, 3);
      }),
    );
  });

  it('[CON-5] when scrolling rests, the rows do not move, and the bar is where they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_600, max: 1_600 }), { maxLength: 200 }), (deltas) => {
        let at = revealRow(START, 500_000, MILLION);
        for (const delta of deltas) at = followScroll(at, at.scrollTop + delta, MILLION);
        const rest = settleScroll(at, MILLION);
        expect(rest.top).toBe(at.top);
        expect(rest.scrollTop / lastScroll(MILLION)).toBeCloseTo(rest.top / lastTop(MILLION), 5);
      }),
    );
  });

  it('[CON-5] the rows in the page fill the height, and are few', () => {
    fc.assert(
      fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, share) => {
        const at = followScroll(START, Math.round(share * lastScroll(extent)), extent);
        const { first, last } = rowWindow(at, extent, 6);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThanOrEqual(extent.total);
        expect(last - first).toBeLessThanOrEqual(Math.ceil(extent.viewport / extent.rowHeight) + 14);
        expect(first * extent.rowHeight).toBeLessThanOrEqual(at.top);
        if (last < extent.total) expect(last * extent.rowHeight).toBeGreaterThanOrEqual(at.top + extent.viewport);
      }),
    );
  });

  it('[CON-5] a row in sight is not moved to be shown', () => {
    const at = revealRow(START, 400_000, MILLION);
    expect(revealRow(at, 399_995, MILLION)).toBe(at);
  });
});
