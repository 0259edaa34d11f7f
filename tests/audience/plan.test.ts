import { describe, expect, test } from 'vitest';
import { ROW_OUTCOMES } from '#import/types';
import { PLAN_OUTCOMES } from '#audience/plan';
import { rowAt } from '#log/block';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids } from '#tests/builders/entries';
import { createImporter, type Importer } from './importing.ts';
import type { FileRow } from './plan-model.ts';

const VIP = group('VIP');
const outcomes = (
  importer: Importer,
  rows: readonly FileRow[],
  ...more: Parameters<Importer['check']> extends [unknown, ...infer Rest] ? Rest : never
) => importer.check(rows, ...more).outcomes.map(({ outcome }) => outcome);
const after = (...files: readonly (readonly FileRow[])[]) => {
  const importer = createImporter();
  for (const rows of files) importer.write(importer.check(rows, { groups: [VIP] }));
  return importer;
};
const rowsOf = (importer: Importer, rows: readonly FileRow[], options: Parameters<Importer['check']>[1] = {}) =>
  importer
    .check(rows, options)
    .blocks.flatMap((columns) => Array.from({ length: columns.count }, (_, at) => rowAt(columns, at)));
const count = (importer: Importer) => importer.people().length;

test('outcomes are numbered as the import numbers them', () => {
  expect(PLAN_OUTCOMES).toEqual(ROW_OUTCOMES);
});

describe('[CON-4] who a row is about', () => {
  const ana = { userId: 'U1', phone: '+1', email: 'ana@x', name: 'Ana' };

  test('user ID, else phone, else email', () => {
    const importer = after([ana]);
    expect(outcomes(importer, [{ userId: 'U1', name: 'Anna' }])).toEqual(['changed']);
    expect(outcomes(importer, [{ phone: '+1', name: 'Ana' }])).toEqual(['unchanged']);
    expect(outcomes(importer, [{ email: 'ana@x', phone: '+1' }])).toEqual(['unchanged']);
    expect(outcomes(importer, [{ userId: 'U2' }, { phone: '+2' }, { email: 'eve@x' }])).toEqual(['new', 'new', 'new']);
  });

  test('a family that shares an email or a phone stays apart', () => {
    const importer = after([{ phone: '+1', email: 'family@x', name: 'Ana' }]);
    expect(outcomes(importer, [{ phone: '+2', email: 'family@x', name: 'Eva' }])).toEqual(['new']);
    const staff = after([
      { userId: 'U1', phone: '+9' },
      { userId: 'U2', phone: '+9' },
    ]);
    expect(count(staff)).toBe(2);
  });

  test('[SYN-4] two different user IDs never join by themselves', () => {
    expect(outcomes(after([ana]), [{ ...ana, userId: 'U2' }])).toEqual(['new']);
  });

  test('a phone that changed is changed where the user ID says who it is', () => {
    const importer = after([ana], [{ userId: 'U1', phone: '+7' }]);
    expect(count(importer)).toBe(1);
    expect(outcomes(importer, [{ phone: '+7' }, { phone: '+1' }])).toEqual(['unchanged', 'new']);
  });

  test('a row that fits two contacts is an error and writes nothing', () => {
    const importer = after([{ phone: '+1' }, { email: 'b@x' }]);
    expect(outcomes(importer, [{ phone: '+1', email: 'b@x' }, { phone: '+1' }])).toEqual(['error', 'unchanged']);
    const twins = after([
      { userId: 'U1', phone: '+9' },
      { userId: 'U2', phone: '+9' },
    ]);
    expect(outcomes(twins, [{ phone: '+9' }])).toEqual(['error']);
  });

  test('it is no error where the second holds nothing that the first does not hold too', () => {
    const importer = after([
      { phone: '+1', email: 'a@x' },
      { userId: 'U2', phone: '+2', email: 'a@x' },
    ]);
    expect(outcomes(importer, [{ phone: '+1', email: 'a@x', name: 'Ana' }])).toEqual(['changed']);
  });

  test('a row without any key is an error', () => {
    expect(outcomes(after(), [{ name: 'Ana' }])).toEqual(['error']);
  });
});

describe('[CON-4] what is written', () => {
  const ana = { phone: '+1', name: 'Ana', email: 'ana@x' };

  test('only the cells that differ; an empty cell never erases', () => {
    const [row] = rowsOf(after([ana]), [{ phone: '+1', name: 'Anna', email: '' }], { groups: [VIP] });
    expect(row).toEqual({ key: 'phone', keyValue: '+1', generation: 0, birth: false, cells: { name: 'Anna' } });
  });

  test('a birth holds all its cells', () => {
    const [row] = rowsOf(after(), [{ ...ana, status: '' }]);
    expect(row).toEqual({ key: 'phone', keyValue: '+1', generation: 0, birth: true, cells: ana });
  });

  test('an id only where it is not the hash of the key', () => {
    const importer = after([{ userId: 'U1', phone: '+1' }]);
    const [byPhone] = rowsOf(importer, [{ phone: '+1', name: 'Ana' }]);
    expect(byPhone).toMatchObject({ key: 'phone', id: ids.idOf('userId', 'U1', 0) });
    const [byId] = rowsOf(importer, [{ userId: 'U1', name: 'Ana' }]);
    expect(byId).not.toHaveProperty('id');
  });

  test('an unchanged contact that is not in the chosen groups yet joins them by a row without cells', () => {
    const importer = createImporter();
    importer.write(importer.check([ana]));
    expect(rowsOf(importer, [ana])).toEqual([]);
    expect(rowsOf(importer, [ana], { groups: [VIP] })).toMatchObject([{ keyValue: '+1', birth: false, cells: {} }]);
    expect(rowsOf(importer, [{ ...ana, name: 'Eva' }], { conflicts: 'ignore', groups: [VIP] })).toMatchObject([
      { cells: {} },
    ]);
    importer.write(importer.check([ana], { conflicts: 'ignore', groups: [VIP] }));
    expect(importer.people()[0]).toContain(VIP);
    expect(rowsOf(importer, [ana], { groups: [VIP] })).toEqual([]);
  });

  test('under "ignore" who exists stays as he is, and new ones come', () => {
    const importer = after([ana]);
    expect(outcomes(importer, [{ phone: '+1', name: 'Eva' }, { phone: '+2' }], { conflicts: 'ignore' })).toEqual([
      'ignored',
      'new',
    ]);
  });

  test('[CON-4] under "fill blanks" only what is empty is filled, by weak cells; a refusal counts all the same', () => {
    const importer = after([{ phone: '+1', name: 'Ana', 'consent:sms': 'given' }]);
    const rows = [
      { phone: '+1', name: 'Eva', email: 'ana@x', 'consent:sms': 'refused' },
      { phone: '+1', email: 'other@x', userId: 'U1' },
      { phone: '+2', name: 'Jan' },
      { phone: '+2', name: 'Johann', email: 'jan@x' },
    ];
    const checked = importer.check(rows, { conflicts: 'fillBlanks' });
    expect(checked.outcomes.map(({ outcome }) => outcome)).toEqual(['changed', 'twice', 'new', 'twice']);
    importer.write(checked);
    const people = importer.people().join();
    for (const value of ['U1', 'ana@x', '"Ana"', 'refused', 'Jan', 'jan@x']) expect(people).toContain(value);
    for (const value of ['Eva', 'other@x', 'Johann']) expect(people).not.toContain(value);
    // Again, it finds nothing blank.
    expect(outcomes(importer, rows, { conflicts: 'fillBlanks' })).toEqual(['unchanged', 'twice', 'unchanged', 'twice']);
    // Weak: what a colleague's file says in full, later, stands.
    importer.write(importer.check([{ phone: '+1', email: 'strong@x' }]));
    expect(importer.people().join()).toContain('strong@x');
  });

  test('[CON-4] what was emptied by hand stays empty under "fill blanks", and the figures say so', () => {
    const importer = after([{ phone: '+1', name: 'Ana' }]);
    const emptied = change(rowOf('phone', '+1', { name: '' }, { birth: false }), { ms: 5_000 });
    importer.fold.apply(emptied.entry, emptied.blocks);
    expect(outcomes(importer, [{ phone: '+1', name: 'Eva' }], { conflicts: 'fillBlanks' })).toEqual(['unchanged']);
  });

  test('[IMP-6] limited to contacts that exist, new ones are left out, twice as well', () => {
    const importer = after([ana]);
    const checked = importer.check([{ phone: '+1', name: 'Eva' }, { phone: '+2' }, { phone: '+2' }], {
      existing: 'existingOnly',
    });
    expect(checked.outcomes.map(({ outcome }) => outcome)).toEqual(['changed', 'ignored', 'ignored']);
    expect(checked.blocks.reduce((sum, block) => sum + block.count, 0)).toBe(1);
  });

  test('twice in one file, the later row goes by the same choice', () => {
    const rows = [
      { phone: '+5', name: 'first' },
      { phone: '+5', name: 'second' },
      { phone: '+5', email: 'five@x' },
    ];
    const overwritten = after(rows);
    expect(outcomes(createImporter(), rows)).toEqual(['new', 'twice', 'twice']);
    expect(overwritten.people()[0]).toMatch(/five@x.*second/);
    const ignored = createImporter();
    ignored.write(ignored.check(rows, { conflicts: 'ignore' }));
    expect(ignored.people()[0]).toMatch(/first/);
    expect(ignored.people()[0]).not.toMatch(/five@x/);
  });

  test('a second row that takes back what the first one wrote is written, though it says what stands', () => {
    const importer = after([ana]);
    importer.write(
      importer.check([
        { phone: '+1', name: 'Eva' },
        { phone: '+1', name: 'Ana' },
      ]),
    );
    expect(importer.people()[0]).toContain('"Ana"');
  });
});

describe('consent and blocked', () => {
  test('[CON-4] a looser word is no difference, a stricter one is', () => {
    const importer = after([{ phone: '+1', 'consent:sms': 'refused', blocked: 'yes' }]);
    expect(outcomes(importer, [{ phone: '+1', 'consent:sms': 'given', blocked: 'no' }])).toEqual(['unchanged']);
    expect(outcomes(importer, [{ phone: '+1', 'consent:email': 'refused' }])).toEqual(['changed']);
  });

  test('[IMP-6] suppressed counts who is written but will not be sent to', () => {
    const importer = after([{ phone: '+1', blocked: 'yes' }, { phone: '+2' }]);
    const checked = importer.check([
      { phone: '+1', name: 'blocked before' },
      { phone: '+2', name: 'may be sent to' },
      { phone: '+3', 'consent:sms': 'refused' },
      { phone: '+3', blocked: 'yes' },
      { phone: '+4', 'consent:sms': 'unknown', blocked: 'no' },
    ]);
    expect(checked.outcomes.map(({ suppressed }) => suppressed)).toEqual([true, false, true, false, false]);
  });
});

test('a phone that changes hands: Li keeps what is his, Novak is a new contact, Li is still Li', () => {
  const importer = after([{ phone: '+1', email: 'li@x', name: 'Li', userId: '' }]);
  importer.write(importer.check([{ userId: 'LI', phone: '+1' }]));
  importer.write(importer.check([{ userId: 'LI', phone: '+2' }]));
  expect(outcomes(importer, [{ phone: '+1', name: 'Novak' }])).toEqual(['new']);
  const [birth] = rowsOf(importer, [{ phone: '+1', name: 'Novak' }]);
  expect(birth).toMatchObject({ key: 'phone', generation: 1, birth: true });
  importer.write(importer.check([{ phone: '+1', name: 'Novak' }]));
  expect(
    outcomes(importer, [
      { phone: '+2', name: 'Li' },
      { phone: '+1', name: 'Novak' },
    ]),
  ).toEqual(['unchanged', 'unchanged']);
  expect(count(importer)).toBe(2);
});

test('20,000 people under one switchboard number are planned in a moment, and planned again', () => {
  const rows = Array.from({ length: 20_000 }, (_, at) => ({
    userId: `U${String(at)}`,
    phone: '+420800000000',
    name: 'Ana',
  }));
  const importer = createImporter();
  const before = process.cpuUsage();
  const checked = importer.check(rows, {}, { slice: 4_000 });
  importer.write(checked);
  const again = importer.check(rows, {}, { slice: 4_000 });
  // Looking at each for each would be 200,000,000 comparisons.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  expect(new Set(checked.outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['new']));
  expect(new Set(again.outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
});
