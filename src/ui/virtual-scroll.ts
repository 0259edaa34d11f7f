/**
 * Arithmetic of a list of rows of one height of which only a window is in the page. Browsers stop at an element height
 * of 17 to 33 million px, so above a bound the scroll bar is coarser than the rows: a far jump goes by proportion, a
 * near one pixel by pixel, and when scrolling rests the bar is set to where the rows are. Pure; knows no element.
 */

/** Under Firefox's 17.8 million, and where 32-bit floats still tell one px from the next. */
export const MAX_SPACER_PX = 15_000_000;

export interface Extent {
  readonly total: number;
  readonly rowHeight: number;
  /** Height in which rows are seen. */
  readonly viewport: number;
  /** Left free below the last row, for what floats there. */
  readonly foot?: number;
}

/** `top`: px of rows above the first one seen. `scrollTop`: what the scroll bar says. Equal unless the list is clamped. */
export interface Position {
  readonly top: number;
  readonly scrollTop: number;
}

export const START: Position = { top: 0, scrollTop: 0 };

const clamp = (value: number, most: number): number => Math.min(Math.max(0, value), Math.max(0, most));
const maxTop = (extent: Extent): number =>
  Math.max(0, extent.total * extent.rowHeight + (extent.foot ?? 0) - extent.viewport);
const maxScroll = (extent: Extent): number => Math.max(0, spacerHeight(extent) + (extent.foot ?? 0) - extent.viewport);

export function spacerHeight(extent: Extent): number {
  return Math.min(extent.total * extent.rowHeight, MAX_SPACER_PX);
}

/** Px of rows to one px of the scroll bar; 1 unless the list is clamped. */
function scale(extent: Extent): number {
  const scroll = maxScroll(extent);
  return scroll > 0 ? maxTop(extent) / scroll : 1;
}

/** After the bar moved to `scrollTop`. */
export function followScroll(from: Position, scrollTop: number, extent: Extent): Position {
  const ratio = scale(extent);
  if (ratio === 1) return { top: clamp(scrollTop, maxTop(extent)), scrollTop };
  const delta = scrollTop - from.scrollTop;
  // A wheel or finger moves less than two screens at a time; a dragged bar, whose every px is thousands here, never does.
  const near = Math.abs(delta) <= 2 * extent.viewport;
  return { top: clamp(near ? from.top + delta : scrollTop * ratio, maxTop(extent)), scrollTop };
}

/** With the bar where the rows are, so that neither end is met before its time. At the ends the rows follow the bar. */
export function settleScroll(from: Position, extent: Extent): Position {
  const top = clamp(from.top, maxTop(extent));
  const scrollTop = Math.round(top / scale(extent));
  if (scrollTop <= 0) return START;
  if (scrollTop >= maxScroll(extent)) return { top: maxTop(extent), scrollTop: maxScroll(extent) };
  return { top, scrollTop };
}

/** The least move after which the row is whole in sight. */
export function revealRow(from: Position, index: number, extent: Extent): Position {
  const rowTop = index * extent.rowHeight;
  const top = Math.min(Math.max(from.top, rowTop + extent.rowHeight - extent.viewport), rowTop);
  return top === from.top ? from : settleScroll({ ...from, top }, extent);
}

/** Rows to have in the page, the last one excluded: as many wherever the list is, so that they can be used again. */
export function rowWindow(
  at: Position,
  extent: Extent,
  overscan: number,
): { readonly first: number; readonly last: number } {
  const size = Math.ceil(extent.viewport / extent.rowHeight) + 1 + 2 * overscan;
  const seen = Math.floor(at.top / extent.rowHeight);
  const first = clamp(seen - overscan, extent.total - size);
  return { first, last: Math.min(extent.total, first + size) };
}

/** Where a row stands in the spacer, in px; rows far out of sight stand at its ends. */
export function rowOffset(at: Position, index: number, extent: Extent): number {
  const offset = at.scrollTop + index * extent.rowHeight - at.top;
  return clamp(offset, spacerHeight(extent) - extent.rowHeight);
}
