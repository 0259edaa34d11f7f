/**
 * Which columns a table of contacts shows, in which order and how wide (CON-6), as it is kept on a device and in views.
 * What a column shows is not known here: one whose id means nothing (of a newer version, of a characteristic that was
 * deleted) keeps its place and is passed over.
 */

export interface ShownColumn {
  readonly id: string;
  /** As somebody drew it; absent where the column takes the width it was made with. */
  readonly widthPx?: number;
}

/** In the order shown. */
export type TableLayout = readonly ShownColumn[];

export const LEAST_WIDTH_PX = 56;
export const MOST_WIDTH_PX = 800;
/** More than anybody reads side by side. */
const MOST_COLUMNS = 100;
const LONGEST_ID = 120;

/** `[["name"],["phone",180]]`, untrusted. Undefined where it is none. */
export function parseLayout(json: string): TableLayout | undefined {
  try {
    const rows: unknown = JSON.parse(json);
    if (!Array.isArray(rows) || rows.length === 0 || rows.length > MOST_COLUMNS) return undefined;
    const columns = rows.map(parseColumn);
    const isWhole = columns.every((column) => column !== undefined);
    return isWhole && new Set(columns.map(({ id }) => id)).size === columns.length ? columns : undefined;
  } catch {
    return undefined;
  }
}

function parseColumn(row: unknown): ShownColumn | undefined {
  const [id, width] = Array.isArray(row) ? (row as readonly unknown[]) : [];
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return undefined;
  return typeof width === 'number' && Number.isFinite(width) ? { id, widthPx: widthWithin(width) } : { id };
}

export const layoutToJson = (layout: TableLayout): string =>
  JSON.stringify(layout.map(({ id, widthPx }) => (widthPx === undefined ? [id] : [id, widthPx])));

/** Shown at the end. */
export const showColumn = (layout: TableLayout, id: string): TableLayout =>
  layout.some((column) => column.id === id) ? layout : [...layout, { id }];

export const hideColumn = (layout: TableLayout, id: string): TableLayout => layout.filter((column) => column.id !== id);

/** Takes the place of another, which makes way towards where it came from. */
export function moveColumn(layout: TableLayout, id: string, onto: string): TableLayout {
  const from = layout.findIndex((column) => column.id === id);
  const to = layout.findIndex((column) => column.id === onto);
  const moved = layout[from];
  if (!moved || to < 0 || from === to) return layout;
  return layout.toSpliced(from, 1).toSpliced(to, 0, moved);
}

export const resizeColumn = (layout: TableLayout, id: string, widthPx: number): TableLayout =>
  layout.map((column) => (column.id === id ? { id, widthPx: widthWithin(widthPx) } : column));

const widthWithin = (px: number): number => Math.round(Math.min(Math.max(px, LEAST_WIDTH_PX), MOST_WIDTH_PX));
