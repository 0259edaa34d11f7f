/** One contact typed by hand (CON-2), by the same readers as a file's row. */
import { KEY_FIELDS, type Field } from '#domain/contact';
import { createSliceChecker } from './check-slice.ts';
import type { CellProblem } from './types.ts';

export type ContactReading =
  | { readonly kind: 'ready'; readonly cells: { readonly [F in Field]?: string } }
  | {
      readonly kind: 'problems';
      readonly problems: readonly { readonly field: Field; readonly problem: CellProblem }[];
    };

export function readContact(country: string, cells: { readonly [F in Field]?: string }): ContactReading {
  const fields = Object.keys(cells) as Field[];
  const check = createSliceChecker({ fields, country, consent: 'unknown' }, fields);
  const row = fields.map((field) => cells[field] ?? '');
  const { count, columns, problems } = check({ rows: [row], numbers: [1], damaged: new Map() });
  if (count === 0) {
    // The columns go by their fields here; a missing key is said beside the first key that was asked for.
    const key = KEY_FIELDS.find((field) => fields.includes(field)) ?? 'phone';
    return {
      kind: 'problems',
      problems: problems.map(({ column, problem }) => ({
        field: problem === 'keyMissing' ? key : (column as Field),
        problem,
      })),
    };
  }
  const ready: { [F in Field]?: string } = {};
  for (const field of fields) {
    const value = columns[field]?.[0];
    if (value) ready[field] = value;
  }
  return { kind: 'ready', cells: ready };
}
