import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { GroupId, ImportId } from '#domain/ids';
import { idAt } from '#audience/columns';
import type { PlanOptions } from '#audience/plan';
import { rowOf } from '#tests/builders/blocks';
import { change, group } from '#tests/builders/entries';
import { createImporter, personText } from './importing.ts';
import { importNaively, type FileRow, type Person } from './plan-model.ts';

/** Few values, so that everybody shares something with somebody. */
const anyRow: fc.Arbitrary<FileRow> = fc.record({
  userId: fc.constantFrom('', '', 'U1', 'U2', 'U3'),
  phone: fc.constantFrom('', '+1', '+2', '+3', '+4'),
  email: fc.constantFrom('', '', 'a@x', 'b@x', 'c@x'),
  name: fc.constantFrom('', 'Ana', 'Anna'),
  status: fc.constantFrom('', '', 'inactive', 'active'),
  'consent:sms': fc.constantFrom('', 'given', 'unknown', 'refused'),
  blocked: fc.constantFrom('', '', '', 'no', 'yes'),
  'x:city': fc.constantFrom('', '', 'Praha', 'Brno'),
  'x:points': fc.constantFrom('', '', '1'),
  't:vip': fc.constantFrom('', '', 'VIP', 'vip'),
  't:press': fc.constantFrom('', '', 'press'),
  'phone@shop': fc.constantFrom('', '', '+1', '+5'),
  'tag:vip@shop': fc.constantFrom('', '', 'VIP', 'vip'),
});
const anyOptions: fc.Arbitrary<Omit<PlanOptions, 'sameFile'>> = fc.record({
  conflicts: fc.constantFrom('overwrite' as const, 'ignore' as const, 'fillBlanks' as const),
  existing: fc.constantFrom('all' as const, 'all' as const, 'existingOnly' as const),
  groups: fc.subarray<GroupId>([group('VIP'), group('Fair'), DEFAULT_GROUP_ID]),
});
const anyFile = fc.record({
  rows: fc.array(anyRow, { maxLength: 12 }),
  options: anyOptions,
  slice: fc.integer({ min: 1, max: 5 }),
});

/** Whom a hand puts into the bin or takes a key from, whichever contact that is. */
const anyHand = fc.record({
  row: fc.nat(11),
  cells: fc.constantFrom(
    ...[{ deleted: 'yes' }, { deleted: 'yes' }, { email: '' }, { phone: '' }, { email: 'c@x' }],
    ...[{ 'x:city': '' }, { 't:vip': '' }, { 't:press': 'Press' }],
  ),
});

const peopleText = (people: readonly Person[]) =>
  people
    .map(({ cells, groups }) => {
      const joined = [...groups].filter((name) => name !== DEFAULT_GROUP_ID);
      return personText(cells, joined.length > 0 ? joined : [DEFAULT_GROUP_ID]);
    })
    .sort();

describe('an import', () => {
  test('[IMP-6] the figures before are exactly what the naive way comes to, and so is what then stands', () => {
    fc.assert(
      fc.property(fc.array(anyFile, { minLength: 1, maxLength: 4 }), (files) => {
        const importer = createImporter();
        const people: Person[] = [];
        files.forEach(({ rows, options, slice }, run) => {
          const checked = importer.check(rows, options, { slice });
          expect(checked.outcomes).toEqual(importNaively(people, rows, { ...options, sameFile: new Set() }, run));
          importer.write(checked);
          expect(importer.people()).toEqual(peopleText(people));
        });
      }),
      { numRuns: 600 },
    );
  });

  test('[IMP-9] cut off after any slice, it goes on to the same figures and the same people', () => {
    fc.assert(
      fc.property(anyFile, anyFile, fc.nat(6), (before, { rows, options, slice }, cutAfter) => {
        const [whole, cut] = [createImporter(), createImporter()];
        for (const importer of [whole, cut]) importer.write(importer.check(before.rows, before.options));
        const expected = whole.check(rows, options, { slice });
        const checked = cut.check(rows, options, { slice, cutAfter });
        expect(checked.outcomes).toEqual(expected.outcomes);
        whole.write(expected);
        cut.write(checked);
        expect(cut.people()).toEqual(whole.people());
      }),
      { numRuns: 400 },
    );
  });

  test('[IMP-6] [IMP-9] figures hold for who was in the bin or lost a key by hand, and where the check was cut off', () => {
    fc.assert(
      fc.property(anyFile, fc.array(anyHand, { maxLength: 4 }), anyFile, fc.nat(6), (before, hands, file, cutAfter) => {
        const importer = createImporter();
        importer.write(importer.check(before.rows, before.options));
        hands.forEach(({ row, cells }, at) => {
          const { state } = importer.fold;
          if (state.ids.count === 0) return;
          const id = idAt(state, row % state.ids.count);
          const hand = change(rowOf('userId', '', {}, { id, birth: false, cells }), { ms: 10_000 + at });
          importer.fold.apply(hand.entry, hand.blocks);
        });
        const { rows, options, slice } = file;
        const whole = importer.check(rows, options, { slice });
        expect(importer.check(rows, options, { slice, cutAfter }).outcomes).toEqual(whole.outcomes);
        const listed = importer.fold.state.bornCount;
        importer.write(whole, 'again', 20_000);
        const planned = whole.outcomes.filter(({ outcome }) => outcome === 'new').length;
        expect(importer.fold.state.bornCount - listed).toBe(planned);
      }),
      { numRuns: 1_500 },
    );
  });

  test('[CON-4] never loosens consent or a block', () => {
    const rank = (text: string) => ['refused', 'yes'].filter((word) => text.includes(`"${word}"`)).length;
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 8 }),
        fc.array(anyRow, { maxLength: 8 }),
        anyOptions,
        (first, second, options) => {
          const importer = createImporter();
          importer.write(importer.check(first));
          const before = importer.people().reduce((sum, text) => sum + rank(text), 0);
          importer.write(importer.check(second, options));
          expect(importer.people().reduce((sum, text) => sum + rank(text), 0)).toBeGreaterThanOrEqual(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/**
 * A list as marketers have it: one key that every row has, others here and there; people twice with other cells, other
 * or fewer keys; emails that a family shares, phones that changed between two rows of one person.
 */
const anyList = fc
  .record({
    base: fc.constantFrom('userId' as const, 'phone' as const, 'email' as const),
    rows: fc.array(
      fc.record({
        person: fc.nat(6),
        keys: fc.subarray(['userId', 'phone', 'email'] as const),
        moved: fc.nat(5),
        name: fc.constantFrom('', 'Ana', 'Anna', 'A.'),
        status: fc.constantFrom('', 'inactive', 'active'),
        blocked: fc.constantFrom('', 'yes', 'no'),
        'x:city': fc.constantFrom('', 'Praha', 'Brno'),
        't:vip': fc.constantFrom('', 'VIP', 'vip'),
      }),
      { maxLength: 14 },
    ),
  })
  .map(({ base, rows }) =>
    rows.map(({ person, keys, moved, ...cells }): FileRow => {
      const own = {
        userId: `U${String(person)}`,
        phone: `+${String(person)}${moved === 0 && base === 'userId' ? '9' : ''}`,
        email: base === 'email' ? `${String(person)}@x` : `${String(person >> 1)}@x`,
      };
      const used = Object.fromEntries([...keys, base].map((key) => [key, own[key]]));
      return { userId: '', phone: '', email: '', ...used, ...cells };
    }),
  );

describe('the same file twice', () => {
  test('[IMP-12] changes nothing the second time, whoever was there before it', () => {
    fc.assert(
      fc.property(anyList, fc.nat(14), anyOptions, fc.nat(6), (list, knownRows, some, cutAfter) => {
        const [known, rows] = [list.slice(0, knownRows), list.slice(knownRows)];
        // A row that nobody was known by may name somebody once a later row has given him its key.
        const options = { ...some, existing: 'all' } as const;
        const importer = createImporter();
        importer.write(importer.check(known), 'before');
        importer.write(importer.check(rows, options, { cutAfter }), 'first');
        const before = importer.people();
        const again = importer.check(rows, { ...options, sameFile: new Set(['first' as ImportId]) });
        expect(again.outcomes.filter(({ outcome }) => outcome === 'new' || outcome === 'changed')).toEqual([]);
        importer.write(again, 'second');
        expect(importer.people()).toEqual(before);
      }),
      { numRuns: 600 },
    );
  });

  test('[IMP-12] changes nothing the second time, however often it contradicts itself', () => {
    fc.assert(
      fc.property(anyList, anyOptions, fc.integer({ min: 1, max: 5 }), (rows, options, slice) => {
        const importer = createImporter();
        importer.write(importer.check(rows, options, { slice }), 'first');
        const before = importer.people();
        const again = importer.check(rows, { ...options, sameFile: new Set(['first' as ImportId]) }, { slice });
        expect(again.outcomes.filter(({ outcome }) => outcome === 'new' || outcome === 'changed')).toEqual([]);
        importer.write(again, 'second');
        expect(importer.people()).toEqual(before);
      }),
      { numRuns: 600 },
    );
  });
});
