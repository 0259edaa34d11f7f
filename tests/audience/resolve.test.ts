import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { FUNNEL_STEPS } from '#domain/message';
import { resolveAudience } from '#audience/resolve';
import type { SendRequest } from '#audience/types';
import { createAudienceView } from '#audience/view';
import { apply, audienceOf, birthsOf, type PersonCells } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const [VIP, FAIR] = [group('VIP'), group('Fair')];
const email = (text: string, groups = [VIP]): SendRequest => ({
  audience: { groups },
  channel: { type: 'email', settings: {} },
  content: { kind: 'email', subject: 'Hello {{name|friend}}', text },
});
const people: PersonCells[] = [
  { userId: 'ok', email: 'ok@x', name: 'Ana' },
  { userId: 'inactive', email: 'inactive@x', status: 'inactive' },
  { userId: 'refused', email: 'refused@x', 'consent:email': 'refused' },
  { userId: 'unknown', email: 'unknown@x', 'consent:email': 'unknown', 'consent:sms': 'refused' },
  { userId: 'blocked', email: 'blocked@x', blocked: 'yes' },
  { userId: 'none' },
  { userId: 'same', email: 'ok@x', name: 'Ana II' },
];

describe('[MSG-6] the funnel', () => {
  test('takes away step by step, and each step names whom', () => {
    const { view } = audienceOf(people, [VIP]);
    const { plan, rowsOf } = resolveAudience(view, email('Hello'));
    expect(plan.funnel).toEqual({
      chosen: 7,
      planned: 7,
      active: 6,
      consenting: 5,
      notBlocked: 4,
      hasAddress: 2,
      effective: 2,
    });
    const who = (step: (typeof FUNNEL_STEPS)[number]) => rowsOf(step).map((row) => view.state.texts.userId.get(row));
    expect(who('active')).toEqual(['inactive']);
    expect(who('consenting')).toEqual(['refused']);
    expect(who('notBlocked')).toEqual(['blocked']);
    expect(who('hasAddress')).toEqual(['none', 'same']);
    expect(who('effective')).toEqual(['ok', 'unknown']);
    expect(who('chosen')).toHaveLength(7);
  });

  test('[MSG-3] each person once, though in several groups; the default group can be chosen', () => {
    const { fold, view } = audienceOf(people.slice(0, 1), [VIP, FAIR]);
    apply(fold, birthsOf([{ userId: 'alone', email: 'alone@x' }], 2_000));
    const { plan, rowsOf } = resolveAudience(view, email('Hello', [VIP, FAIR, FAIR, DEFAULT_GROUP_ID]));
    expect(plan.funnel).toMatchObject({ chosen: 3, planned: 2, effective: 2 });
    expect(rowsOf('planned')).toEqual([0]);
  });

  test('[MSG-7] of two with one address the same one is reached on every device, whoever was heard of first there', () => {
    const [one, other] = [
      birthsOf([{ userId: 'a', email: 'a@x' }], 1_000, [VIP]),
      birthsOf([{ userId: 'b', email: 'b@x' }], 2_000, [VIP]),
    ];
    const cells = { email: 'a@x' };
    const sameAddress = change(rowOf('userId', 'b', cells, { birth: false, cells }), { ms: 3_000 });
    const reached = [
      [one, other, sameAddress],
      [other, one, sameAddress],
    ].map((arrived) => {
      const view = createAudienceView(foldOf(arrived).state, () => 0);
      expect(view.state.texts.userId.get(0)).toBe(arrived[0] === one ? 'a' : 'b');
      return resolveAudience(view, email('Hello')).recipients(0, 2).contacts;
    });
    expect(reached[0]).toHaveLength(1);
    expect(reached[1]).toEqual(reached[0]);
  });

  test('a deleted group and no group reach nobody', () => {
    const { view } = audienceOf(people, [VIP]);
    view.groups.setExisting([FAIR]);
    for (const groups of [[VIP], []]) expect(resolveAudience(view, email('Hello', groups)).plan.funnel.chosen).toBe(0);
  });

  test('consent and address are those of the channel', () => {
    const { view } = audienceOf(
      [
        { userId: 'U1', phone: '+1', 'consent:sms': 'refused' },
        { userId: 'U2', phone: '+2' },
      ],
      [VIP],
    );
    const content = { kind: 'text', text: 'Hello' } as const;
    const funnel = (channel: SendRequest['channel']) =>
      resolveAudience(view, { audience: { groups: [VIP] }, channel, content }).plan.funnel.effective;
    expect(funnel({ type: 'sms', settings: {} })).toBe(1);
    expect(funnel({ type: 'webhook', settings: { addressField: 'userId' } })).toBe(2);
    expect(funnel({ type: 'email', settings: {} })).toBe(0);
  });
});

describe('variables', () => {
  test('[MSG-5] who lacks one without fallback is counted and not sent to', () => {
    const { view } = audienceOf(people, [VIP]);
    const { plan } = resolveAudience(view, email('Dear {{name}}, {{phone}} {{ foo }}'));
    expect(plan.missing).toEqual({ name: 1, phone: 2, foo: 2 });
    expect(plan.funnel).toMatchObject({ hasAddress: 2, effective: 0 });
    expect(resolveAudience(view, email('{{name|}} {{phone|-}}')).plan.funnel.effective).toBe(2);
  });

  test('samples are the first, the longest and one that lacks a value', () => {
    const { view } = audienceOf(
      [
        { email: 'a@x', name: 'Al' },
        { email: 'b@x', name: 'Bartholomew' },
        { email: 'c@x' },
        { email: 'd@x', name: 'Dan' },
      ],
      [VIP],
    );
    const samples = (text: string) =>
      resolveAudience(view, email(text)).plan.samples.map((contact) => contact.cells.email);
    expect(samples('Dear {{name}}')).toEqual(['a@x', 'b@x', 'c@x']);
    expect(samples('Hello')).toEqual(['a@x', 'b@x']);
  });

  test('recipients carry only the values that the content uses, and come in parts', () => {
    const { view } = audienceOf(
      Array.from({ length: 5 }, (_, at) => ({ email: `${String(at)}@x`, name: `N${String(at)}` })),
      [VIP],
    );
    const { recipients } = resolveAudience(view, email('Hello'));
    expect(recipients(3, 10)).toEqual({
      kind: 'recipients',
      count: 2,
      contacts: [ids.idOf('email', '3@x', 0), ids.idOf('email', '4@x', 0)],
      addresses: ['3@x', '4@x'],
      variables: { name: ['N3', 'N4'] },
    });
  });
});

test('[MSG-6] the steps only ever take away, and the losses add up', () => {
  const anyPerson: fc.Arbitrary<PersonCells> = fc.record({
    userId: fc.nat(20).map((number) => `U${String(number)}`),
    email: fc.constantFrom('', 'a@x', 'b@x', 'c@x'),
    name: fc.constantFrom('', 'Ana'),
    status: fc.constantFrom('', 'active', 'inactive'),
    'consent:email': fc.constantFrom('given', 'unknown', 'refused'),
    blocked: fc.constantFrom('no', 'yes'),
  });
  fc.assert(
    fc.property(fc.array(anyPerson), fc.array(anyPerson), (one, other) => {
      const { fold, view } = audienceOf(one, [VIP]);
      apply(fold, birthsOf(other, 2_000, [FAIR]));
      const { plan, rowsOf, recipients } = resolveAudience(view, email('Dear {{name}}', [VIP, FAIR]));
      const left = FUNNEL_STEPS.map((step) => plan.funnel[step]);
      expect(left).toEqual([...left].sort((a, b) => b - a));
      const lost = (['planned', 'active', 'consenting', 'notBlocked', 'hasAddress'] as const).map(
        (step) => rowsOf(step).length,
      );
      expect(left.slice(1, 6)).toEqual(
        lost.map((_, at) => plan.funnel.chosen - lost.slice(0, at + 1).reduce((a, b) => a + b, 0)),
      );
      const sent = recipients(0, 1_000);
      expect(sent.count).toBe(plan.funnel.effective);
      expect(new Set(sent.addresses).size).toBe(sent.count);
    }),
    { numRuns: 200 },
  );
});
