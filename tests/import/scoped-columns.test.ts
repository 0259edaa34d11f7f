/** What holds for a business line or a channel, from headings and raw rows to cells by row. */
import { describe, expect, test } from 'vitest';
import { createContactIds } from '#log/contact-id';
import { lineTagCell } from '#domain/scope';
import { tagCell } from '#domain/tag';
import { createSliceChecker } from '#import/check-slice';
import { MOST_SCOPES } from '#import/limits';
import { matchColumns } from '#import/match-columns';
import type { MappedField } from '#import/types';

const ids = createContactIds(new Uint8Array(16));
const proposed = (...names: string[]) =>
  matchColumns(
    names,
    names.map(() => ['x']),
  ).map(({ field }) => field);

function checker(fields: readonly MappedField[], knownScopes: readonly string[] = []) {
  const parts = { idOf: ids.tagId, known: [], knownScopes };
  const check = createSliceChecker({ fields, country: 'CZ', consent: 'unknown' }, fields, parts);
  return (rows: readonly (readonly string[])[]) =>
    check({ rows, numbers: rows.map((_, at) => at + 2), damaged: new Map() });
}

/** By row: what is for all, and the cells beside it. */
function cellsOf({ columns, others, count }: ReturnType<ReturnType<typeof checker>>) {
  return Array.from({ length: count }, (_, row) => {
    const own = Object.entries(columns).flatMap(([field, values]) => (values[row] ? [[field, values[row]]] : []));
    const [from = 0, to = 0] = others ? [others.starts[row], others.starts[row + 1]] : [];
    const more = others?.values
      .slice(from, to)
      .map((value, at) => [others.names[others.which[from + at] as number], value] as const);
    return Object.fromEntries([...own, ...(more ?? [])]) as Record<string, string>;
  });
}
const problemsOf = ({ problems }: ReturnType<ReturnType<typeof checker>>) =>
  problems.map(({ row, column, problem }) => [row, column, problem]);

describe('headings', () => {
  test('[IMP-4] name a scope after @, in English and Chinese, in any width', () => {
    expect(
      proposed('User ID', 'Phone@shop', 'Email @ Shop-1', 'Tags@shop', 'Registration ID@app1', 'OpenID@oa1'),
    ).toEqual([...['userId', 'phone@shop', 'email@Shop-1', 'tag@shop', 'app@app1', 'wechatoa@oa1']]);
    expect(proposed('用户ID', '手机号＠shop', '标签@shop', '小程序OpenID@mp1', '支付宝ID@ali1')).toEqual([
      ...['userId', 'phone@shop', 'tag@shop', 'wechatmp@mp1', 'alipaylife@ali1'],
    ]);
  });

  test('[IMP-4] IDs for all are known by name; what needs a channel and names none stays what it was', () => {
    expect(proposed('DingTalk ID', '企业微信ID', '互联企业ID', 'Registration ID', 'OpenID')).toEqual([
      ...['dingtalkcc', 'wechatwk', 'wechatwkLinkedcorp', 'new', 'new'],
    ]);
    expect(proposed('Phone@all', 'Phone@a b', 'Fax@shop', 'Phone@1', 'Phone@1')).toEqual([
      ...['phone', 'new', 'new', 'phone@1', 'ignore'],
    ]);
  });

  test('[IMP-4] beside a bind_id column a channel’s IDs are the row’s', () => {
    expect(proposed('UserID', 'bind_id', 'Phone', 'Registration ID', 'OpenID')).toEqual([
      ...['userId', 'bindId', 'phone', 'app@', 'wechatoa@'],
    ]);
    expect(proposed('用户ID', '绑定ID', '手机号', '钉钉ID')).toEqual(['userId', 'bindId', 'phone', 'dingtalkcc']);
  });
});

describe('columns for a line or a channel', () => {
  test('[IMP-5] phones become E.164, what is wrong is said by its cell', () => {
    const checked = checker(['userId', 'phone@shop', 'email@shop', 'app@app1', 'alipaylife@ali1', 'dingtalkcc'])([
      ['1', '777 123 456', 'A@Example.com', '1104a；191e 1104a', '2088012345678901', ' uid 1'],
      ['2', '777 123 456', '', '', '2.088E+15', ''],
      ['3', '12', 'nonsense', '', '', ''],
      ['4', '-', '', 'n/a', '', "'0012"],
      ['', '777 123 456', '', '', '', ''],
    ]);
    expect(cellsOf(checked)).toEqual([{ userId: '4', dingtalkcc: '0012' }]);
    expect(problemsOf(checked)).toEqual([
      [2, 'dingtalkcc', 'idInvalid'],
      [3, 'alipaylife@ali1', 'idInvalid'],
      [4, 'phone@shop', 'phoneTooShort'],
      [4, 'email@shop', 'emailInvalid'],
      [6, 'userId', 'keyMissing'],
    ]);
  });

  test('[CON-11] stand beside what is for all', () => {
    const checked = checker(['phone', 'phone@shop', 'tags', 'tag@shop', 'tag@spa', 'app@app1'])([
      ['777123456', '777123457', 'VIP', 'vip, press', '', '1104a；191e 1104a'],
    ]);
    expect(cellsOf(checked)).toEqual([
      {
        ...{ phone: '+420777123456', 'phone@shop': '+420777123457', 'app@app1': '1104a, 191e' },
        [tagCell(ids.tagId('vip'))]: 'VIP',
        [lineTagCell(ids.tagId('vip'), 'shop')]: 'VIP',
        [lineTagCell(ids.tagId('press'), 'shop')]: 'press',
      },
    ]);
  });
});

describe('a column that says the scope of its row', () => {
  const FIELDS: readonly MappedField[] = ['userId', 'bindId', 'phone', 'email', 'tags', 'app@', 'dingtalkcc'];

  test('[IMP-4] a line’s row says the line’s phone, email and tags; a channel’s its IDs; the rest is the contact’s', () => {
    const checked = checker(FIELDS)([
      ['1', 'all', '777123456', 'a@example.com', 'VIP', '', 'uid-1'],
      ['1', 'shop', '777123457', 'shop@example.com', 'VIP', '', 'uid-1'],
      ['1', 'app1', '', '', '', '1104a', ''],
      ['2', '', '777123458', '', '', '', ''],
      ['3', 'ＡＬＬ', '777123459', '', '', '', ''],
    ]);
    expect(problemsOf(checked)).toEqual([]);
    const vip = ids.tagId('VIP');
    expect(cellsOf(checked)).toEqual([
      { userId: '1', phone: '+420777123456', email: 'a@example.com', [tagCell(vip)]: 'VIP', dingtalkcc: 'uid-1' },
      {
        ...{ userId: '1', 'phone@shop': '+420777123457', 'email@shop': 'shop@example.com' },
        ...{ [lineTagCell(vip, 'shop')]: 'VIP', dingtalkcc: 'uid-1' },
      },
      { userId: '1', 'app@app1': '1104a' },
      { userId: '2', phone: '+420777123458' },
      { userId: '3', phone: '+420777123459' },
    ]);
    expect(checked.scopes).toEqual(['shop', 'app1']);
  });

  test('[IMP-7] what has no channel, is no scope, or is nobody’s for all is an error', () => {
    const checked = checker(FIELDS)([
      ['1', 'all', '', '', '', '1104a', ''],
      ['2', 'my shop', '777123456', '', '', '', ''],
      ['', 'shop', '777123456', '', '', '', ''],
      ['', 'shop', '', '', 'VIP', '', ''],
    ]);
    expect(problemsOf(checked)).toEqual([
      [2, 'app@', 'scopeNeeded'],
      [3, 'bindId', 'scopeInvalid'],
      [4, 'userId', 'keyScoped'],
      [5, 'userId', 'keyMissing'],
    ]);
    expect(checked.scopes).toEqual([]);
  });

  test('[IMP-4] a column of its own comes before what a row says of the same line', () => {
    const checked = checker(['userId', 'bindId', 'phone', 'phone@shop'])([['1', 'shop', '777123456', '777123457']]);
    expect(cellsOf(checked)).toEqual([{ userId: '1', 'phone@shop': '+420777123457' }]);
  });

  test('[IMP-9] more scopes than a file may name are errors, also where it was gone on with', () => {
    const rows = Array.from({ length: MOST_SCOPES + 2 }, (_, at) => [
      String(at),
      `line${String(at)}`,
      '777123456',
      '',
      '',
    ]);
    const whole = checker(FIELDS);
    const first = whole(rows.slice(0, 20));
    const second = whole(rows.slice(20));
    expect(second.problems.map(({ problem, value }) => [problem, value])).toEqual([
      ['scopesTooMany', 'line50'],
      ['scopesTooMany', 'line51'],
    ]);
    expect(checker(FIELDS, first.scopes)(rows.slice(20))).toEqual(second);
  });
});
