import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOtherCells, type OtherCell } from '#log/other-cells';

const anyAct = fc.record({
  row: fc.nat(700),
  value: fc.option(fc.constantFrom('Praha', 'Brno', '', 'x')),
  stamp: fc.integer({ min: 1, max: 9 }),
});

test('few or many, what was set stands until it is taken away', () => {
  fc.assert(
    fc.property(fc.array(anyAct, { maxLength: 600, size: 'max' }), (acts) => {
      const cells = createOtherCells();
      const expected = new Map<number, OtherCell>();
      for (const { row, value, stamp } of acts) {
        if (value === null) {
          cells.delete(row);
          expected.delete(row);
        } else {
          cells.set(row, { value, stamp });
          expected.set(row, { value, stamp });
        }
      }
      expect(cells.size).toBe(expected.size);
      for (let row = 0; row <= 701; row += 1) {
        const cell = expected.get(row);
        if (cells.has(row) !== (cell !== undefined)) throw new Error(`row ${String(row)} is there or not`);
        if (cells.valueAt(row) !== cell?.value || cells.stampAt(row) !== (cell?.stamp ?? 0))
          throw new Error(`row ${String(row)} is another`);
        if (cell) expect(cells.get(row)).toEqual(cell);
      }
    }),
    { numRuns: 100 },
  );
});
