/** In a dynamic group is whoever its conditions let through, as of now, and nobody by hand. */
import { describe, expect, test } from 'vitest';
import { countReach } from '#audience/reach';
import { resolveAudience } from '#audience/resolve';
import type { Filter } from '#audience/types';
import { standingGroups } from '#domain/dynamic-group';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { GroupId } from '#domain/ids';
import { parseFilter } from '#protocol/filter';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids, messaged } from '#tests/builders/entries';

const DAY_MS = 86_400_000;
const [VIP, WITH_MAIL, QUIET, NESTED] = [group('VIP'), group('With mail'), group('Quiet'), group('Nested')];
const people = [
  { userId: 'u1', name: 'Ana', phone: '+8613800138000', email: 'ana@example.com' },
  { userId: 'u2', name: 'Bob', phone: '+12025550100', email: 'bob@example.com', 'consent:email': 'refused' },
  { userId: 'u3', name: 'Cy', phone: '+420777123456', status: 'inactive', email: 'cy@example.com' },
  { userId: 'u4', name: 'Di', phone: '+420777123457', blocked: 'yes' },
];

function audience() {
  let nowMs = 100 * DAY_MS;
  const { fold, view } = audienceOf([], [], () => nowMs);
  apply(fold, birthsOf(people.slice(0, 2), DAY_MS, [VIP], 'fair'), birthsOf(people.slice(2), DAY_MS, [], 'shop'));
  const say = (filters: Readonly<Record<GroupId, string>>) => {
    const dynamic = Object.entries(filters).map(([id, json]) => ({ id: id as GroupId, filter: parseFilter(json) }));
    view.groups.setExisting(
      [VIP, ...dynamic.map(({ id }) => id)],
      standingGroups(dynamic, () => false),
    );
  };
  const inGroup = (id: GroupId, filter: Filter = {}) =>
    view
      .window({
        filter: { status: 'all', ...filter, group: id },
        sort: { by: 'name', order: 'up' },
        offset: 0,
        limit: 9,
      })
      .contacts.map(({ cells }) => cells.name);
  const count = (id: GroupId) => view.groups.dynamicCounts().find((each) => each.group === id)?.contacts;
  const pass = (days: number) => (nowMs += days * DAY_MS);
  return { fold, view, say, inGroup, count, pass };
}

describe('[GRP-5] dynamic groups', () => {
  test('hold whoever their conditions let through, and follow every change', () => {
    const { fold, say, inGroup, count } = audience();
    say({ [WITH_MAIL]: '["email","filled"]' });
    expect(inGroup(WITH_MAIL)).toEqual(['Ana', 'Bob', 'Cy']);
    expect(count(WITH_MAIL)).toBe(3);
    apply(fold, change(rowOf('userId', 'u4', { email: 'di@example.com' }), { ms: 3 * DAY_MS }));
    apply(fold, change(rowOf('userId', 'u1', { deleted: 'yes' }), { ms: 3 * DAY_MS }));
    expect(inGroup(WITH_MAIL)).toEqual(['Bob', 'Cy', 'Di']);
    expect(count(WITH_MAIL)).toBe(3);
  });

  test('are searched, sorted and narrowed inside', () => {
    const { say, inGroup } = audience();
    say({ [WITH_MAIL]: '["email","filled"]' });
    expect(inGroup(WITH_MAIL, { search: 'bo' })).toEqual(['Bob']);
    expect(inGroup(WITH_MAIL, { status: 'active' })).toEqual(['Ana', 'Bob']);
  });

  test('name groups, static and dynamic, in either sense', () => {
    const { say, inGroup } = audience();
    say({
      [WITH_MAIL]: '["email","filled"]',
      [NESTED]: JSON.stringify(['all', ['group', 'in', WITH_MAIL], ['group', 'notIn', VIP]]),
      [QUIET]: JSON.stringify(['group', 'notIn', NESTED]),
    });
    expect(inGroup(NESTED)).toEqual(['Cy']);
    expect(inGroup(QUIET)).toEqual(['Ana', 'Bob', 'Di']);
    say({ [WITH_MAIL]: '["name","is","di"]', [NESTED]: JSON.stringify(['group', 'in', WITH_MAIL]) });
    expect(inGroup(NESTED)).toEqual(['Di']);
  });

  test('in a circle hold nobody', () => {
    const { say, inGroup, count } = audience();
    say({ [NESTED]: JSON.stringify(['group', 'in', QUIET]), [QUIET]: JSON.stringify(['group', 'notIn', NESTED]) });
    expect([inGroup(NESTED), inGroup(QUIET), count(QUIET)]).toEqual([[], [], 0]);
  });

  test('with conditions of days follow the time, also by way of another', () => {
    const { fold, say, inGroup, pass } = audience();
    apply(fold, messaged([ids.idOf('userId', 'u1', 0)], { ms: 90 * DAY_MS }));
    say({ [QUIET]: '["lastContactAt","notWithin",30]', [NESTED]: JSON.stringify(['group', 'notIn', QUIET]) });
    expect(inGroup(QUIET)).toEqual(['Bob', 'Cy', 'Di']);
    expect(inGroup(NESTED)).toEqual(['Ana']);
    pass(21);
    expect(inGroup(QUIET)).toEqual(['Ana', 'Bob', 'Cy', 'Di']);
    expect(inGroup(NESTED)).toEqual([]);
  });

  test('take nobody out of the default group, and members that were put there by hand do not count', () => {
    const { fold, view, say, inGroup } = audience();
    apply(fold, change(rowOf('userId', 'u3', {}), { ms: 4 * DAY_MS }, { joins: [NESTED] }));
    say({ [NESTED]: '["name","is","ana"]' });
    expect(inGroup(NESTED)).toEqual(['Ana']);
    expect(view.contact(ids.idOf('userId', 'u3', 0))?.groups).toEqual([DEFAULT_GROUP_ID]);
    expect(view.groups.counts().map((each) => each.group)).not.toContain(NESTED);
  });

  test('are an audience: each person once, whatever groups he is in', () => {
    const { view, say } = audience();
    say({ [WITH_MAIL]: '["email","filled"]' });
    const { plan } = resolveAudience(view, {
      audience: { groups: [WITH_MAIL, VIP] },
      channel: { type: 'email', settings: {} },
      content: { kind: 'email', subject: 'Hello', text: 'Hello' },
    });
    expect(plan.funnel).toEqual({
      ...{ chosen: 5, planned: 3, active: 2, consenting: 1, notBlocked: 1, hasAddress: 1, effective: 1 },
    });
  });

  test('[GRP-6] reach whoever has an address, is active, not blocked, and did not refuse', () => {
    const { view, say } = audience();
    say({ [NESTED]: '["phone","filled"]' });
    const ways = (['sms', 'email'] as const).map((type) => ({ type, settings: {} }));
    expect(countReach(view, NESTED, ways)).toEqual([2, 1]);
    expect(countReach(view, VIP, ways)).toEqual([2, 1]);
  });
});
