/** Imports of people who were here before: out of the bin with what they had, or erased and new. */
import { describe, expect, test } from 'vitest';
import { idAt } from '#audience/columns';
import type { ContactId } from '#domain/ids';
import { rowOf } from '#tests/builders/blocks';
import { change, erasure, ids, merge, undo, type Written } from '#tests/builders/entries';
import { foldAnew } from '#tests/builders/folds';
import { createImporter, type Importer } from './importing.ts';
import type { FileRow } from './plan-model.ts';

/** By hand, later than every import of these tests. */
let handsMs = 10_000;
const at = () => ({ ms: (handsMs += 1) });
const binned = (id: ContactId) =>
  change(rowOf('userId', '', {}, { id, birth: false, cells: { deleted: 'yes' } }), at());

function apply(importer: Importer, { entry, blocks }: Written): void {
  importer.fold.apply(entry, blocks);
}

/** New contacts by the figures, and in fact. */
function importAndCount(importer: Importer, rows: readonly FileRow[], conflicts: 'overwrite' | 'ignore' = 'overwrite') {
  const checked = importer.check(rows, { conflicts });
  const before = importer.fold.state.bornCount;
  importer.write(checked, 'again', 20_000);
  expect(importer.fold.stale).toBe(false);
  const outcomes = checked.outcomes.map(({ outcome }) => outcome);
  const planned = outcomes.filter((outcome) => outcome === 'new').length;
  return { outcomes, planned, came: importer.fold.state.bornCount - before };
}

describe.each(['overwrite', 'ignore'] as const)(
  '[IMP-6] figures where somebody comes back from the bin, %s',
  (mode) => {
    const [byUserId, byPhone] = [
      { userId: 'U1', name: 'Ana' },
      { phone: '+1', name: 'Ana' },
    ];
    const bin = () => {
      const importer = createImporter();
      importer.write(importer.check([{ userId: 'U1', phone: '+1', name: 'Ana' }]));
      apply(importer, binned(ids.idOf('userId', 'U1', 0)));
      expect(importer.fold.state.bornCount).toBe(0);
      return importer;
    };

    test('two rows of a file that are one contact in the bin are one, whichever comes first', () => {
      expect(importAndCount(bin(), [byUserId, byPhone], mode)).toEqual({
        outcomes: ['new', 'twice'],
        planned: 1,
        came: 1,
      });
      expect(importAndCount(bin(), [byPhone, byUserId], mode)).toMatchObject({ planned: 1, came: 1 });
    });

    test('who comes back with a key that somebody in the list has is that one', () => {
      const importer = bin();
      importer.write(importer.check([{ phone: '+1', name: 'Anna' }]), 'other', 15_000);
      const { planned, came } = importAndCount(importer, [byUserId], mode);
      expect([planned, came]).toEqual([0, 0]);
    });
  },
);

describe('[IMP-6] figures where somebody comes back whose import was undone', () => {
  /** Some are imported and that is undone, then members do this, then others are imported: those new, planned and in fact. */
  function figuresOf(
    first: readonly FileRow[],
    hands: readonly Written[],
    rows: readonly FileRow[],
    conflicts: 'overwrite' | 'ignore',
  ) {
    const importer = createImporter();
    importer.write(importer.check(first));
    const later = [...importer.written.map(({ entry }) => undo(entry.id, at())), ...hands];
    foldAnew(importer.fold, [...importer.written, ...later]);
    const before = importer.fold.state.bornCount;
    const checked = importer.check(rows, { conflicts });
    importer.write(checked, 'again', 20_000);
    foldAnew(importer.fold, [...importer.written, ...later]);
    const planned = checked.outcomes.filter(({ outcome }) => outcome === 'new').length;
    return { planned, came: importer.fold.state.bornCount - before };
  }
  const [ana, eve] = [
    { userId: 'U1', phone: '+1' },
    { userId: 'U2', phone: '+2' },
  ];

  test('two whom a member merged are one new contact', () => {
    const merged = merge([ids.idOf('userId', 'U1', 0), ids.idOf('userId', 'U2', 0)], at());
    expect(figuresOf([ana, eve], [merged], [ana, eve], 'overwrite')).toEqual({ planned: 1, came: 1 });
  });

  test('a phone that only the undone import said keeps nobody apart', () => {
    const held = change(rowOf('phone', '+3', { phone: '+3', email: 'e@x.cz' }), at());
    const hands = [held, binned(ids.idOf('phone', '+3', 0))];
    const rows = [{ userId: 'U1', email: 'e@x.cz' }, { phone: '+3' }];
    expect(figuresOf([ana], hands, rows, 'ignore')).toEqual({ planned: 1, came: 1 });
  });
});

describe('[CON-10] the same person added after an erasure', () => {
  const eve = { userId: 'UE', phone: '+9', name: 'Eve' };
  const id = ids.idOf('userId', 'UE', 0);
  const erased = () => {
    const importer = createImporter();
    const history: Written[] = [];
    const checked = importer.check([eve]);
    importer.write(checked);
    const gone = erasure([id], at(), [id, ids.idOf('phone', '+9', 0)]);
    history.push(gone);
    foldAnew(importer.fold, [...importer.written, ...history]);
    expect(importer.people()).toEqual([]);
    return importer;
  };

  test('is a new contact, of the next generation, by the figures and in fact', () => {
    const importer = erased();
    expect(importAndCount(importer, [eve])).toEqual({ outcomes: ['new'], planned: 1, came: 1 });
    expect(importer.people()).toHaveLength(1);
    const row = importer.fold.state.born.indexOf(1);
    expect(idAt(importer.fold.state, row)).toBe(ids.idOf('userId', 'UE', 1));
  });

  test('and is found again by the next import', () => {
    const importer = erased();
    importAndCount(importer, [eve]);
    expect(importer.check([{ phone: '+9', name: 'Eve' }]).outcomes.map(({ outcome }) => outcome)).toEqual([
      'unchanged',
    ]);
  });
});
