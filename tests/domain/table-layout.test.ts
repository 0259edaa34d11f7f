/** Which columns are shown: kept as text, changed one step at a time, and nothing that is not understood is lost. */
import { describe, expect, it } from 'vitest';
import {
  hideColumn,
  layoutToJson,
  LEAST_WIDTH_PX,
  MOST_WIDTH_PX,
  moveColumn,
  parseLayout,
  resizeColumn,
  showColumn,
  type TableLayout,
} from '#domain/table-layout';

const layout: TableLayout = [{ id: 'phone' }, { id: 'name', widthPx: 180 }, { id: 'trait:of a newer version' }];
const ids = (of: TableLayout) => of.map(({ id }) => id);

describe('table layout', () => {
  it('[CON-6] comes back from its text as it was, columns that nobody knows too', () => {
    expect(parseLayout(layoutToJson(layout))).toEqual(layout);
  });

  it('[CON-6] what is no layout is none', () => {
    for (const json of ['', 'null', '[]', '{}', '[["name"],["name"]]', '[[""]]', '[[1]]', `[["${'x'.repeat(121)}"]]`])
      expect(parseLayout(json), json).toBeUndefined();
    expect(parseLayout(JSON.stringify(Array.from({ length: 101 }, (_, at) => [String(at)])))).toBeUndefined();
  });

  it('[CON-6] a column is shown at the end, once, and hidden without its neighbours', () => {
    const shown = showColumn(showColumn(layout, 'email'), 'email');
    expect(ids(shown)).toEqual(['phone', 'name', 'trait:of a newer version', 'email']);
    expect(ids(hideColumn(shown, 'name'))).toEqual(['phone', 'trait:of a newer version', 'email']);
  });

  it('[CON-6] a moved column takes the place of the other, both ways, and keeps its width', () => {
    expect(ids(moveColumn(layout, 'phone', 'name'))).toEqual(['name', 'phone', 'trait:of a newer version']);
    expect(ids(moveColumn(layout, 'trait:of a newer version', 'phone'))[0]).toBe('trait:of a newer version');
    expect(moveColumn(layout, 'name', 'phone')[0]).toEqual({ id: 'name', widthPx: 180 });
    expect(moveColumn(layout, 'name', 'nobody')).toBe(layout);
  });

  it('[CON-6] no column is drawn so narrow that it cannot be held, nor wider than a screen', () => {
    const widths = [1, 240.4, 1e9].map((px) => resizeColumn(layout, 'phone', px)[0]?.widthPx);
    expect(widths).toEqual([LEAST_WIDTH_PX, 240, MOST_WIDTH_PX]);
    expect(parseLayout('[["name",1]]')).toEqual([{ id: 'name', widthPx: LEAST_WIDTH_PX }]);
  });
});
