import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countUnknown, filterToJson, type FilterNode } from '#domain/filter';
import { parseFilter } from '#protocol/filter';
import {
  chooseField,
  draftToNode,
  FILTER_FIELDS,
  newCondition,
  newLevel,
  nodeToDraft,
  testsOf,
} from '#routes/contacts/filter/draft';

const DAY = new Date('2026-03-04T00:00').getTime();

describe('[CON-5] a filter while it is built', () => {
  test.each([
    '["name","contains","ana"]',
    '["all",["email","empty"],["any",["blocked","is","yes"],["status","isNot","inactive"]]]',
    '["any",["group","in","a","b"],["callingCode","notIn","86"],["import","in","e"]]',
    `["all",["createdAt","before",${String(DAY)}],["lastContactAt","notWithin",7],["firstContactAt","never"]]`,
    '["all",["name","is","a"],["of","tomorrow"]]',
    '["all",["phone@shop","begins","+86"],["dingtalkcc","filled"]]',
  ])('comes back as it was: %s', (json) => {
    const draft = nodeToDraft(parseFilter(json));
    expect(filterToJson(draftToNode(draft))).toBe(json);
  });

  test('says nothing while nothing is complete', () => {
    const level = newLevel(
      'any',
      FILTER_FIELDS.map((field) => ({ ...newCondition(field), days: '' })),
    );
    expect(filterToJson(draftToNode(level))).toBe('');
    for (const days of ['0', '-1', '1.5', 'x']) {
      const condition = { ...newCondition('lastContactAt'), test: 'within' as const, days };
      expect(filterToJson(draftToNode(newLevel('all', [condition])))).toBe('');
    }
  });

  test('whatever is chosen, what comes of it is understood', () => {
    const anyChoice = fc.record({
      field: fc.constantFrom(...FILTER_FIELDS),
      test: fc.nat(),
      text: fc.string({ maxLength: 20 }),
      values: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 3 }),
      day: fc.constantFrom('', '2026-03-04', '0001-01-01'),
      days: fc.constantFrom('', '0', '1', '30', '99999'),
    });
    fc.assert(
      fc.property(fc.array(anyChoice, { maxLength: 4 }), (choices) => {
        const of = choices.map(({ field, test: at, ...told }) => {
          const condition = newCondition('phone');
          chooseField(condition, field);
          const tests = testsOf(field);
          return { ...condition, ...told, test: tests[at % tests.length] ?? 'is' };
        });
        const node: FilterNode = draftToNode(newLevel('all', of));
        const json = filterToJson(node);
        expect(filterToJson(parseFilter(json) ?? { kind: 'all', of: [] })).toBe(json);
        if (json !== '') expect(countUnknown(parseFilter(json) as FilterNode)).toBe(0);
      }),
    );
  });
});
