import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countUnknown, filterToJson, type FilterNode } from '#domain/filter';
import { MOST_CONDITIONS, parseFilter } from '#protocol/filter';

const EVERY_KIND = [
  '["name","contains","ana"]',
  '["phone","begins","+86"]',
  '["email","empty"]',
  '["userId","filled"]',
  '["status","is","inactive"]',
  '["consent:sms","isNot","given","unknown"]',
  '["group","in","0f0f0f0f0f0f0f0f"]',
  '["callingCode","notIn","1","86"]',
  '["import","in","entry-1"]',
  '["createdAt","before",1790000000000]',
  '["lastContactAt","within",30]',
  '["lastContactAt","never"]',
];

describe('[CON-5] a filter as it is kept', () => {
  test.each([
    ...EVERY_KIND,
    `["all",${EVERY_KIND.join(',')}]`,
    '["any",["name","is","a"],["all",["name","is","b"],["name","filled"]]]',
  ])('is read and written again as it was: %s', (json) => {
    const filter = parseFilter(json) as FilterNode;
    expect(countUnknown(filter)).toBe(0);
    expect(filterToJson(filter)).toBe(json);
  });

  test('is written in one way, whatever says nothing or says it twice', () => {
    const name = { kind: 'text', field: 'name', test: 'is', text: 'a' } as const;
    const groups = { kind: 'list', field: 'group', test: 'in', values: ['b', 'a', 'b'] } as const;
    const nested: FilterNode = {
      kind: 'all',
      of: [
        { kind: 'any', of: [name] },
        { kind: 'all', of: [groups, { kind: 'any', of: [] }] },
      ],
    };
    expect(filterToJson(nested)).toBe('["all",["name","is","a"],["group","in","a","b"]]');
    expect(filterToJson({ kind: 'any', of: [{ kind: 'all', of: [] }] })).toBe('');
    expect(parseFilter('')).toBeUndefined();
  });

  test.each([
    '["height","is","tall"]',
    '["name","sounds","ana"]',
    '["name","contains",""]',
    '["name","contains","a","b"]',
    '["status","is"]',
    '["lastContactAt","within",0]',
    '["lastContactAt","within",1e9]',
    '["createdAt","before","yesterday"]',
    '["none",["name","is","a"]]',
    '{"__proto__":{"a":1}}',
    'null',
    '7',
  ])('keeps what it does not understand, and counts it: %s', (json) => {
    const filter = parseFilter(`["all",["name","is","a"],${json}]`) as FilterNode;
    expect(countUnknown(filter)).toBe(1);
    expect(filterToJson(filter)).toBe(`["all",["name","is","a"],${JSON.stringify(JSON.parse(json))}]`);
  });

  test('is three levels deep at most', () => {
    const within = (json: string, levels: number): string =>
      levels === 0 ? json : within(`["any",${json},["name","filled"]]`, levels - 1);
    expect(countUnknown(parseFilter(within('["name","is","a"]', 3)) as FilterNode)).toBe(0);
    expect(countUnknown(parseFilter(within('["name","is","a"]', 4)) as FilterNode)).toBe(1);
  });

  test('is never more than can be worked out, or written again', () => {
    const many = `["any",${Array.from({ length: MOST_CONDITIONS + 1 }, () => '["name","filled"]').join(',')}]`;
    for (const json of [
      many,
      '['.repeat(50_000) + ']'.repeat(50_000),
      'no JSON',
      `["name","is","${'a'.repeat(99_999)}"]`,
    ]) {
      const filter = parseFilter(json) as FilterNode;
      expect(countUnknown(filter)).toBe(1);
      expect(countUnknown(parseFilter(filterToJson(filter)) as FilterNode)).toBe(1);
    }
  });

  test('comes from anywhere without harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        const filter = parseFilter(json);
        if (!filter) return;
        const written = filterToJson(filter);
        expect(filterToJson(parseFilter(written) ?? { kind: 'all', of: [] })).toBe(written);
      }),
    );
  });
});
