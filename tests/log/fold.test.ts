import { describe, expect, test } from 'vitest';
import type { Entry } from '#log/types';
import { STRICT_WORDS } from '#log/fold-state';
import type { StrictField, TextField } from '#domain/contact';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, entryOf, group, ids, messaged, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';
import { highHalf, lowHalf } from '#log/contact-id';
import { knownBody, parseEntry } from '#log/entry';

const PHONE = '+420777123456';
const ana = ids.idOf('phone', PHONE, 0);

function fold(...history: readonly Written[]) {
  const made = foldOf(history);
  const row = (id = ana) => made.state.ids.find(highHalf(id), lowHalf(id));
  return {
    made,
    text: (field: TextField, id = ana) => made.state.texts[field].get(row(id)),
    strict: (field: StrictField) => STRICT_WORDS[field][(made.state.stricts[field].ranks[row()] ?? 0) - 1],
    isIn: (name: string) => made.state.members.get(group(name))?.has(row()) ?? false,
    listed: () => made.state.bornCount,
  };
}
const birth = (name: string, at = 1_000) => change(rowOf('phone', PHONE, { name }), { ms: at });
const said = (cells: Parameters<typeof rowOf>[2], ms: number, weight: 'strong' | 'weak' = 'strong') =>
  commit([[rowOf('phone', PHONE, cells, { birth: false })]], { ms }, { weight });

describe('cells', () => {
  test('[SYN-3] different fields of one contact all survive; of the same field the later stands', () => {
    const state = fold(
      birth('Ana'),
      said({ status: 'inactive' }, 3_000),
      said({ name: 'Anna', status: 'active' }, 2_000),
    );
    expect(state.text('name')).toBe('Anna');
    expect(state.text('status')).toBe('inactive');
  });

  test('[CON-4] what "ignore" wrote never beats what was said outright, even if later', () => {
    expect(fold(birth('Ana'), said({ name: 'A.' }, 9_000, 'weak')).text('name')).toBe('Ana');
    expect(fold(said({ name: 'A.' }, 500, 'weak'), birth('Ana')).text('name')).toBe('Ana');
  });

  test('[CON-4] of what "ignore" wrote, the earlier stands', () => {
    expect(fold(said({ name: 'late' }, 2_000, 'weak'), said({ name: 'early' }, 1_000, 'weak')).text('name')).toBe(
      'early',
    );
  });

  test('[CON-4] twice in one file, the later row goes by the same choice', () => {
    const rows = [rowOf('phone', PHONE, { name: 'first' }), rowOf('phone', PHONE, { name: 'second' })];
    expect(fold(commit([rows], { ms: 1 })).text('name')).toBe('second');
    expect(
      fold(
        commit(
          rows.map((row) => [row]),
          { ms: 1 },
        ),
      ).text('name'),
    ).toBe('second');
    expect(fold(commit([rows], { ms: 1 }, { weight: 'weak' })).text('name')).toBe('first');
  });

  test('an emptied cell is empty, and can be filled again', () => {
    expect(fold(birth('Ana'), said({ name: '' }, 2_000)).text('name')).toBe('');
    expect(fold(birth('Ana'), said({ name: '' }, 2_000), said({ name: 'Eva' }, 3_000)).text('name')).toBe('Eva');
  });

  test('a row may name its contact by id where its key is another', () => {
    const state = fold(
      change(rowOf('userId', 'U1', { phone: PHONE, name: 'Ana' }), { ms: 1 }),
      commit([[rowOf('phone', PHONE, { name: 'Anna' }, { id: ids.idOf('userId', 'U1', 0), birth: false })]], { ms: 2 }),
    );
    expect(state.text('name', ids.idOf('userId', 'U1', 0))).toBe('Anna');
    expect(state.listed()).toBe(1);
  });
});

describe('consent and blocked', () => {
  test('[CON-4] the strictest stands, whatever came later', () => {
    const state = fold(
      birth('Ana'),
      said({ 'consent:sms': 'refused', blocked: 'yes' }, 1_000),
      said({ 'consent:sms': 'given', blocked: 'no' }, 9_000),
    );
    expect(state.strict('consent:sms')).toBe('refused');
    expect(state.strict('blocked')).toBe('yes');
  });

  test('[CON-4] a weak refusal counts too', () => {
    expect(
      fold(said({ 'consent:sms': 'given' }, 9_000), said({ 'consent:sms': 'refused' }, 1_000, 'weak')).strict(
        'consent:sms',
      ),
    ).toBe('refused');
  });

  test('a word that nobody knows says nothing', () => {
    expect(fold(said({ 'consent:sms': 'perhaps' }, 1_000)).strict('consent:sms')).toBeUndefined();
  });
});

describe('membership', () => {
  const joined = (ms: number) => change(rowOf('phone', PHONE, {}, { birth: false }), { ms }, { joins: [group('VIP')] });
  const left = (ms: number, device = 'device-b') =>
    change(rowOf('phone', PHONE, {}, { birth: false }), { ms, device }, { leaves: [group('VIP')] });

  test('[SYN-5] of adding and removing the later counts, at the same instant adding', () => {
    expect(fold(joined(1), left(2)).isIn('VIP')).toBe(false);
    expect(fold(left(1), joined(2)).isIn('VIP')).toBe(true);
    expect(fold(left(1), joined(1)).isIn('VIP')).toBe(true);
    expect(fold(joined(1), left(1)).isIn('VIP')).toBe(true);
  });

  test('[CON-4] every row of a commit joins its groups, rows without cells too', () => {
    const bulk = commit(
      [[rowOf('phone', PHONE, {}, { cells: {}, birth: false })]],
      { ms: 2 },
      { joins: [group('VIP')], weight: 'weak' },
    );
    expect(fold(birth('Ana'), bulk).isIn('VIP')).toBe(true);
  });

  test('a commit names the groups that it makes; the later name counts', () => {
    const named = (name: string, ms: number) => commit([], { ms }, { newGroups: [{ id: group('VIP'), name }] });
    const { made } = fold(named('VIP 2', 2), named('VIP', 1));
    expect([...made.state.named.values()].map(({ group: { name } }) => name)).toEqual(['VIP 2']);
  });
});

describe('what is listed, and when it was messaged', () => {
  test('a contact without a birth is not listed until one comes', () => {
    const state = fold(said({ name: 'Ana' }, 2_000));
    expect(state.listed()).toBe(0);
    const { entry, blocks } = birth('A.');
    state.made.apply(entry, blocks);
    expect([state.listed(), state.text('name')]).toEqual([1, 'Ana']);
  });

  test('[CON-1] first and last contact and the last channel come from who was messaged', () => {
    const { made } = fold(birth('Ana'), messaged([ana], { ms: 5_000 }, 'email'), messaged([ana], { ms: 3_000 }, 'sms'));
    const { stamps, firstMessaged, lastMessaged } = made.state;
    expect(stamps.timeOf(firstMessaged[0] ?? 0)).toBe(3_000 * 1_024);
    expect(stamps.timeOf(lastMessaged[0] ?? 0)).toBe(5_000 * 1_024);
    expect(stamps.channelTypeOf(lastMessaged[0] ?? 0)).toBe('email');
  });
});

describe('entries that are not understood', () => {
  test('an unknown kind is kept and changes nothing', () => {
    const { made } = fold(birth('Ana'), {
      entry: entryOf({ kind: 'erasure', of: [ana] }, { ms: 9_000 }),
      blocks: new Map(),
    });
    expect([made.kept.size, made.state.bornCount, made.state.version]).toEqual([1, 1, 1]);
  });

  test.each<[string, Entry['body']]>([
    ['a change without row', { kind: 'change', joins: [], leaves: [] }],
    [
      'a row with a cell that is no text',
      { kind: 'change', row: { ...rowOf('phone', PHONE), cells: { name: 5 } }, joins: [], leaves: [] },
    ],
    [
      'a row with an id that is none',
      { kind: 'change', row: { ...rowOf('phone', PHONE), id: 'x' }, joins: [], leaves: [] },
    ],
    ['a commit without blocks', { kind: 'commit', weight: 'strong', joins: [], leaves: [], newGroups: [] }],
    [
      'a commit of a weight that is none',
      { kind: 'commit', weight: 'heavy', blocks: [], joins: [], leaves: [], newGroups: [] },
    ],
    ['a group that is none', { kind: 'change', row: rowOf('phone', PHONE), joins: ['VIP'], leaves: [] }],
  ])('%s is kept, not counted', (_, body) => {
    const entry = entryOf(body, { ms: 1 });
    expect(parseEntry(entry)).toBe(entry);
    expect(knownBody(entry)).toBeUndefined();
    expect(fold({ entry, blocks: new Map() }).made.kept.has(entry.id)).toBe(true);
  });

  test.each([
    null,
    5,
    [],
    {},
    { ...entryOf({ kind: 'x' }, { ms: 1 }), time: -1 },
    { ...entryOf({ kind: 'x' }, { ms: 1 }), format: 2 },
    { ...entryOf({ kind: 'x' }, { ms: 1 }), id: '' },
  ])('%j is no entry', (value) => {
    expect(parseEntry(value)).toBeUndefined();
  });
});

test('ten thousand contacts that arrive backwards fold as those that arrive in order', () => {
  const rows = Array.from({ length: 10_000 }, (_, at) =>
    rowOf('phone', `+420${String(600_000_000 + at)}`, { name: `n${String(at)}` }),
  );
  const { made, text } = fold(commit([rows.slice(5_000), rows.slice(0, 5_000)], { ms: 1 }));
  expect(made.state.bornCount).toBe(10_000);
  expect(text('name', ids.idOf('phone', '+420600000007', 0))).toBe('n7');
  expect(text('name', ids.idOf('phone', '+420600009999', 0))).toBe('n9999');
});
