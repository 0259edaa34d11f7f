import { describe, expect, test } from 'vitest';
import { readNumber } from '#audience/read-number';
import { characteristicCell } from '#domain/characteristic';
import { filterToJson, simplifyFilter, type FilterNode } from '#domain/filter';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { parseFilter } from '#protocol/filter';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids, messaged } from '#tests/builders/entries';

const VIP = group('VIP');
const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS + 600_000;
const people = [
  { userId: 'u1', name: 'Ana Lima', phone: '+8613800138000', email: 'Ana@Example.com', 'consent:sms': 'given' },
  { userId: 'u2', name: 'ANA', phone: '+12025550100', smsType: 'marketing', 'consent:sms': 'refused' },
  { userId: 'u3', name: '张三', phone: '+420777123456', blocked: 'yes', status: 'inactive' },
  { userId: 'u4', email: 'bob@example.com' },
];

function audience() {
  const { fold, view } = audienceOf([], [], NOW_MS);
  apply(
    fold,
    birthsOf(people.slice(0, 2), 10 * DAY_MS, [VIP], 'fair'),
    birthsOf(people.slice(2), 98 * DAY_MS, [], 'shop'),
  );
  apply(
    fold,
    messaged([ids.idOf('userId', 'u1', 0)], { ms: 60 * DAY_MS }),
    messaged([ids.idOf('userId', 'u3', 0)], { ms: 99 * DAY_MS }),
  );
  const passing = (json: string) =>
    view
      .window({
        ...{
          filter: { status: 'all', where: parseFilter(json) as FilterNode },
          sort: { by: 'createdAt', order: 'up' },
        },
        ...{ offset: 0, limit: 10 },
      })
      .contacts.map(({ cells }) => cells.userId);
  return { fold, view, passing };
}

describe('[CON-5] conditions', () => {
  const { passing } = audience();

  test.each([
    ['["name","is","ana"]', ['u2']],
    ['["name","isNot","ana"]', ['u1', 'u3', 'u4']],
    ['["name","contains","ＡＮＡ"]', ['u1', 'u2']],
    ['["name","begins","张"]', ['u3']],
    ['["name","empty"]', ['u4']],
    ['["email","contains","@EXAMPLE"]', ['u1', 'u4']],
    ['["email","filled"]', ['u1', 'u4']],
    ['["phone","is","0086 138-0013-8000"]', ['u1']],
    ['["phone","begins","+420"]', ['u3']],
    ['["phone","contains","0100"]', ['u2']],
    ['["phone","beginsNot","+1"]', ['u1', 'u3', 'u4']],
    ['["userId","is","U4"]', ['u4']],
    ['["status","is","active"]', ['u1', 'u2', 'u4']],
    ['["blocked","is","yes"]', ['u3']],
    ['["smsType","is","none"]', ['u1', 'u3', 'u4']],
    ['["consent:sms","is","refused"]', ['u2']],
    ['["consent:sms","is","given","unknown"]', ['u1', 'u3', 'u4']],
    [`["group","in","${VIP}"]`, ['u1', 'u2']],
    [`["group","notIn","${VIP}"]`, ['u3', 'u4']],
    [`["group","in","${VIP}","${DEFAULT_GROUP_ID}"]`, ['u1', 'u2', 'u3', 'u4']],
    ['["callingCode","in","1","86"]', ['u1', 'u2']],
    ['["callingCode","notIn","86"]', ['u2', 'u3', 'u4']],
    ['["import","in","shop"]', ['u3', 'u4']],
    [`["createdAt","before",${String(50 * DAY_MS)}]`, ['u1', 'u2']],
    [`["createdAt","after",${String(98 * DAY_MS)}]`, ['u3', 'u4']],
    ['["createdAt","within",3]', ['u3', 'u4']],
    ['["lastContactAt","within",7]', ['u3']],
    ['["lastContactAt","notWithin",7]', ['u1', 'u2', 'u4']],
    ['["lastContactAt","never"]', ['u2', 'u4']],
    ['["lastContactAt","ever"]', ['u1', 'u3']],
    [`["lastContactAt","before",${String(61 * DAY_MS)}]`, ['u1']],
    ['["any",["all",["name","contains","ana"],["consent:sms","is","given"]],["blocked","is","yes"]]', ['u1', 'u3']],
    [
      '["all",["any",["name","empty"],["any",["smsType","is","marketing"],["name","is","nobody"]]],["status","is","active"]]',
      ['u2', 'u4'],
    ],
  ])('%s', (json, userIds) => {
    expect(passing(json)).toEqual(userIds);
  });

  test('one that is not understood lets nobody through, and hides nobody whom another one lets through', () => {
    expect(passing('["height","is","tall"]')).toEqual([]);
    expect(passing('["all",["name","filled"],["height","isNot","tall"]]')).toEqual([]);
    expect(passing('["any",["name","empty"],["height","is","tall"]]')).toEqual(['u4']);
  });

  test('hold together with status, group and search', () => {
    const { view } = audience();
    const where = parseFilter('["email","filled"]') as FilterNode;
    const total = (filter: object) =>
      view.window({ filter: { where, ...filter }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 1 }).total;
    expect([total({}), total({ group: VIP }), total({ search: 'ana' }), total({ status: 'inactive' })]).toEqual([
      2, 1, 1, 0,
    ]);
  });
});

describe('[CON-5] conditions on characteristics and tags', () => {
  const { passing, fold } = audience();
  const [CITY, POINTS] = ['City', 'Points'].map((name) => characteristicCell(ids.characteristicId(name, 0)));
  const [PRESS, NOBODYS] = ['press', 'nobody has it'].map((name) => ids.tagId(name));
  const said = (userId: string, cells: Record<string, string>, ms: number) =>
    change(rowOf('userId', userId, cells, { birth: false }), { ms });
  apply(
    fold,
    said('u1', { [CITY ?? '']: 'São Paulo', [POINTS ?? '']: '1,200', [`t:${PRESS ?? ''}`]: 'Press' }, NOW_MS),
    said('u2', { [CITY ?? '']: 'Praha 1', [POINTS ?? '']: '90' }, NOW_MS),
    said('u3', { [CITY ?? '']: 'Praha', [POINTS ?? '']: 'many', [`t:${PRESS ?? ''}`]: 'press' }, NOW_MS),
    said('u3', { [`t:${PRESS ?? ''}`]: '' }, NOW_MS + 1),
  );

  test.each([
    ['["x:","is","SAO PAULO"]', ['u1']],
    ['["x:","isNot","praha"]', ['u1', 'u2', 'u4']],
    ['["x:","begins","praha"]', ['u2', 'u3']],
    ['["x:","contains","pa"]', ['u1']],
    ['["x:","empty"]', ['u4']],
    ['["x:","filled"]', ['u1', 'u2', 'u3']],
    ['["#","greater",90]', ['u1']],
    ['["#","less",1000]', ['u2']],
    ['["tag","in","t1","t2"]', ['u1']],
    ['["tag","notIn","t1"]', ['u2', 'u3', 'u4']],
    ['["tag","in","t2"]', []],
  ])('%s', (json, userIds) => {
    const named = json
      .replace('x:', CITY ?? '')
      .replace('#', POINTS ?? '')
      .replace('t1', PRESS ?? '')
      .replace('t2', NOBODYS ?? '');
    expect(parseFilter(filterToJson(parseFilter(named) as FilterNode))).toEqual(
      simplifyFilter(parseFilter(named) as FilterNode),
    );
    expect(passing(named)).toEqual(userIds);
  });
});

describe('[CON-11] conditions on what is for a line or a channel', () => {
  const { passing, fold } = audience();
  const said = (userId: string, cells: Record<string, string>) =>
    change(rowOf('userId', userId, cells, { birth: false }), { ms: NOW_MS });
  apply(
    fold,
    said('u1', { 'phone@shop': '+420602009988', 'email@shop': 'Ana@shop.example', dingtalkcc: 'U-1' }),
    said('u2', { 'phone@shop': '+8613800138000', 'wechatoa@oa1': 'o6_bmjrPTlm6' }),
  );

  test.each([
    ['["phone@shop","contains","602 009"]', ['u1']],
    ['["phone@shop","is","00420 602009988"]', ['u1']],
    ['["phone@shop","begins","+86"]', ['u2']],
    ['["phone@shop","isNot","+420602009988"]', ['u2', 'u3', 'u4']],
    ['["phone@shop","empty"]', ['u3', 'u4']],
    ['["phone@spa","filled"]', []],
    ['["email@shop","contains","ANA@"]', ['u1']],
    ['["wechatoa@oa1","filled"]', ['u2']],
    ['["dingtalkcc","is","u-1"]', ['u1']],
  ])('%s', (json, userIds) => {
    expect(filterToJson(parseFilter(json) as FilterNode)).toBe(json);
    expect(passing(json)).toEqual(userIds);
  });

  test.each(['["phone@all","filled"]', '["tag@shop","filled"]', '["fax@shop","filled"]'])('%s is none', (json) => {
    expect(parseFilter(json)?.kind).toBe('unknown');
  });
});

test.each([
  ['1200', 1200],
  ['1 200', 1200],
  ['1,200.50', 1200.5],
  ['1.200,50', 1200.5],
  ['1,5', 1.5],
  ['1.5', 1.5],
  ['−３', -3],
  ['50 %', 50],
  ['', undefined],
  ['1-2', undefined],
  ['12,34,5', undefined],
  ['many', undefined],
])('[CON-5] a number as people write it: %s', (text, number) => {
  expect(readNumber(text)).toBe(number);
});

test('[GRP-5] days are counted back from now, also when nobody changes', () => {
  let nowMs = NOW_MS;
  const { fold, view } = audienceOf([], [], () => nowMs);
  apply(fold, birthsOf(people, 99 * DAY_MS));
  const where = parseFilter('["createdAt","within",2]') as FilterNode;
  const total = () =>
    view.window({ filter: { status: 'all', where }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 1 }).total;
  expect(total()).toBe(4);
  nowMs += 2 * DAY_MS;
  expect(total()).toBe(0);
});

test('[GRP-5] who joins, and a group that goes, count at the next question', () => {
  const { fold, view, passing } = audience();
  const inVip = `["group","in","${VIP}"]`;
  expect(passing(inVip)).toEqual(['u1', 'u2']);
  apply(fold, change(rowOf('userId', 'u4', {}, { birth: false }), { ms: NOW_MS }, { joins: [VIP] }));
  expect(passing(inVip)).toEqual(['u1', 'u2', 'u4']);
  view.groups.setExisting([]);
  expect(passing(inVip)).toEqual([]);
  expect(passing(`["group","in","${DEFAULT_GROUP_ID}"]`)).toHaveLength(4);
});
