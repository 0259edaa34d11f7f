import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { packTexts } from '#log/pack-texts';
import type { Filter, Sort, SortField } from '#audience/types';
import type { AudienceView } from '#audience/view';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids, messaged } from '#tests/builders/entries';

const VIP = group('VIP');
const people = [
  { phone: '+3', name: 'Charlie', status: 'inactive' },
  { phone: '+1', name: 'alice', blocked: 'yes' },
  { phone: '+2', name: 'Bob', email: 'bob@x' },
  { phone: '+4' },
  { phone: '+5', name: 'Ádám', email: 'adam@x', blocked: 'no' },
];

const names = (view: AudienceView, filter: Filter = { status: 'all' }, sort: Sort = { by: 'name', order: 'up' }) =>
  view.window({ filter, sort, offset: 0, limit: 100 }).contacts.map((contact) => contact.cells.name ?? '-');

describe('[CON-5] filters', () => {
  const { view } = audienceOf(people, [VIP]);

  test('shows active contacts unless told otherwise', () => {
    expect(names(view, {})).toEqual(['Ádám', 'alice', 'Bob', '-']);
    expect(names(view, { status: 'inactive' })).toEqual(['Charlie']);
    expect(names(view, { status: 'all' })).toHaveLength(5);
  });

  test('by blocked, and together with others', () => {
    expect(names(view, { blocked: 'yes' })).toEqual(['alice']);
    expect(names(view, { blocked: 'no' })).toEqual(['Ádám', 'Bob', '-']);
    expect(names(view, { blocked: 'no', search: 'b', group: VIP })).toEqual(['Bob']);
  });

  test('by group, the default group too', () => {
    const { fold, view: mixed } = audienceOf(people, [VIP]);
    apply(fold, birthsOf([{ phone: '+9', name: 'Zoe' }], 2_000));
    expect(names(mixed, { group: VIP, status: 'all' })).toHaveLength(5);
    expect(names(mixed, { group: DEFAULT_GROUP_ID })).toEqual(['Zoe']);
    expect(names(mixed, { group: group('Nobody') })).toEqual([]);
    mixed.groups.setExisting([]);
    expect(names(mixed, { group: VIP })).toEqual([]);
    expect(names(mixed, { group: DEFAULT_GROUP_ID, status: 'all' })).toHaveLength(6);
  });
});

describe('[CON-5] sorting', () => {
  test('is the same where texts are packed', () => {
    const beginnings = ['a', 'ab', 'é', 'É', '王', '王芳', '😀', '\uffee', 'abcdef', 'abcdefé', ''];
    const odd = Array.from({ length: 330 }, (_, at) => {
      const [one, other] = [beginnings[at % 11] ?? '', beginnings[Math.floor(at / 11) % 11] ?? ''];
      return {
        userId: `U${String(at)}`,
        phone: other + String(at),
        email: one + other,
        name: other + one + String(at % 120),
      };
    });
    const [{ view: packed }, { view }] = [audienceOf(odd), audienceOf(odd)];
    expect(packTexts(packed.state, 9)).toBe('done');
    expect(packed.state.texts.email.locate(0)).toBeDefined();
    for (const by of ['email', 'name', 'phone'] as const) {
      const request = { filter: {}, sort: { by, order: 'up' }, offset: 0, limit: 400 } as const;
      expect(packed.window(request).contacts).toEqual(view.window(request).contacts);
    }
  });

  test('by name in the order of the language, both ways, without a name last', () => {
    const { view } = audienceOf(people);
    expect(names(view)).toEqual(['Ádám', 'alice', 'Bob', 'Charlie', '-']);
    expect(names(view, { status: 'all' }, { by: 'name', order: 'down' })).toEqual([
      'Charlie',
      'Bob',
      'alice',
      'Ádám',
      '-',
    ]);
  });

  test('by phone, email, and when last written to', () => {
    const { fold, view } = audienceOf(people);
    expect(names(view, { status: 'all' }, { by: 'phone', order: 'up' })).toEqual([
      'alice',
      'Bob',
      'Charlie',
      '-',
      'Ádám',
    ]);
    expect(names(view, { status: 'all' }, { by: 'email', order: 'down' }).slice(0, 2)).toEqual(['Bob', 'Ádám']);
    apply(
      fold,
      messaged([ids.idOf('phone', '+4', 0)], { ms: 5_000 }),
      messaged([ids.idOf('phone', '+2', 0)], { ms: 4_000 }),
    );
    expect(names(view, { status: 'all' }, { by: 'lastContactAt', order: 'down' }).slice(0, 2)).toEqual(['-', 'Bob']);
  });

  test('equal names keep their order', () => {
    const { view } = audienceOf(Array.from({ length: 20 }, (_, at) => ({ phone: `+${String(at)}`, name: 'Ana' })));
    const phones = (order: 'up' | 'down') =>
      view
        .window({ filter: {}, sort: { by: 'name', order }, offset: 0, limit: 20 })
        .contacts.map((contact) => contact.cells.phone);
    expect(phones('up')).toEqual(Array.from({ length: 20 }, (_, at) => `+${String(at)}`));
    expect(phones('down')).toEqual(phones('up').reverse());
  });
});

describe('windows', () => {
  test('are cut from the same list, and say its size and version', () => {
    const { fold, view } = audienceOf(people);
    const window = (offset: number, limit: number) =>
      view.window({ filter: { status: 'all' }, sort: { by: 'name', order: 'up' }, offset, limit });
    expect(window(1, 2)).toMatchObject({
      total: 5,
      offset: 1,
      contacts: [{ cells: { name: 'alice' } }, { cells: { name: 'Bob' } }],
    });
    expect(window(99, 2)).toMatchObject({ total: 5, offset: 5, contacts: [] });
    expect(window(-5, 1).contacts).toHaveLength(1);
    const before = window(0, 1).version;
    apply(fold, birthsOf([{ phone: '+9', name: 'Aaa' }], 2_000));
    expect(window(0, 1)).toMatchObject({ version: before + 1, total: 6, contacts: [{ cells: { name: 'Aaa' } }] });
  });

  test('a contact by its id; nobody by another', () => {
    const { view } = audienceOf(people);
    expect(view.contact(ids.idOf('phone', '+2', 0))).toMatchObject({
      cells: { name: 'Bob' },
      groups: [DEFAULT_GROUP_ID],
      createdAt: 1_000,
    });
    expect(view.contact(ids.idOf('phone', '+99', 0))).toBeUndefined();
    expect(view.contact('nonsense' as never)).toBeUndefined();
  });
});

test('a list that followed many small changes equals one that is made anew', () => {
  const anyPerson = fc.record({
    phone: fc.nat(40).map((number) => `+${String(number)}`),
    name: fc.constantFrom('', 'Ana', 'ana', 'Bob', '张伟', 'Ädam', 'Zoe'),
    email: fc.constantFrom('', 'a@x', 'b@x'),
  });
  const sorts: Sort[] = (['name', 'phone', 'email', 'createdAt'] as SortField[]).flatMap((by) => [
    { by, order: 'up' },
    { by, order: 'down' },
  ]);
  fc.assert(
    fc.property(
      fc.array(anyPerson, { minLength: 20, maxLength: 30 }),
      fc.array(anyPerson, { maxLength: 8 }),
      (start, changes) => {
        const { fold, view } = audienceOf(start);
        const lists = (some: AudienceView) =>
          sorts.map((sort) =>
            some
              .window({ filter: { status: 'all' }, sort, offset: 0, limit: 100 })
              .contacts.map((contact) => contact.id),
          );
        lists(view);
        changes.forEach((cells, at) => {
          apply(fold, change(rowOf('phone', cells.phone, cells), { ms: 2_000 + at }));
          lists(view);
        });
        const { fold: other, view: anew } = audienceOf(start);
        apply(other, ...changes.map((cells, at) => change(rowOf('phone', cells.phone, cells), { ms: 2_000 + at })));
        expect(lists(view)).toEqual(lists(anew));
      },
    ),
    { numRuns: 100 },
  );
});
