import { describe, expect, test } from 'vitest';
import type { ContactId } from '#domain/ids';
import { createFold } from '#log/fold';
import { anewOf } from '#log/fold-again';
import { createSaidKeys } from '#log/said-keys';
import { knownPersons } from '#relay/audience/persons';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, ids, merge, SALT, undo, type Written } from '#tests/builders/entries';
import { finishAnew } from '#tests/builders/folds';

const id = (value: string, generation = 0) => ids.idOf('userId', value, generation);
const phone = (value: string, generation = 0) => ids.idOf('phone', value, generation);
const email = (value: string) => ids.idOf('email', value, 0);

function persons(history: readonly Written[], ...asked: readonly ContactId[]) {
  const said = createSaidKeys();
  const fold = createFold(SALT);
  const anew = anewOf(
    fold,
    history.map(({ entry }) => entry),
    said.note,
  );
  const blocks = new Map(history.map((written) => [written.entry.id, written.blocks]));
  finishAnew(anew, ({ id }) => blocks.get(id) ?? new Map());
  return knownPersons(fold.state, ids, said, asked).map(({ contacts, keys, refusing }) => ({
    contacts: [...contacts].sort(),
    keys: [...keys].sort(),
    refusing,
  }));
}
const byHand = (key: string, cells: Record<string, string>, ms: number) =>
  change(rowOf('userId', key, cells, { birth: false, cells }), { ms });

describe('who somebody is, for erasing', () => {
  test('[CON-10] all keys that were ever said of a person, also those that stand no more', () => {
    const history = [
      commit([[rowOf('userId', 'u1', { phone: 'p1', email: 'e1' })]], { ms: 1_000 }),
      byHand('u1', { phone: 'p2' }, 2_000),
      byHand('u1', { email: '' }, 3_000),
    ];
    expect(persons(history, id('u1'))).toEqual([
      { contacts: [id('u1')], keys: [id('u1'), phone('p1'), phone('p2'), email('e1')].sort(), refusing: {} },
    ]);
  });

  test('[CON-10] keys that only an undone import said, or one that came too early to stand', () => {
    const wrong = commit([[rowOf('userId', 'u1', { phone: 'p-undone' })]], { ms: 3_000 });
    const history = [
      commit([[rowOf('userId', 'u1', { phone: 'p1' })]], { ms: 2_000 }),
      byHand('u1', { email: 'e-early' }, 1_000),
      byHand('u1', { email: 'e1' }, 2_500),
      wrong,
      undo(wrong.entry.id, { ms: 4_000 }),
    ];
    expect(persons(history, id('u1'))[0]?.keys).toEqual(
      [id('u1'), phone('p1'), phone('p-undone'), email('e-early'), email('e1')].sort(),
    );
  });

  test('[CON-10] a merged person is one, whichever id is asked for, with the keys of both', () => {
    const history = [
      commit([[rowOf('userId', 'u1', { phone: 'p1' }), rowOf('userId', 'u2', { email: 'e2' })]], { ms: 1_000 }),
      merge([id('u1'), id('u2')], { ms: 2_000 }),
    ];
    const whole = {
      contacts: [id('u1'), id('u2')].sort(),
      keys: [id('u1'), id('u2'), phone('p1'), email('e2')].sort(),
    };
    expect(persons(history, id('u1'))).toMatchObject([whole]);
    expect(persons(history, id('u2'), id('u1'))).toMatchObject([whole]);
  });

  test('[CON-10] a phone that is somebody else’s now is left to him', () => {
    const history = [
      commit([[rowOf('userId', 'li', { phone: 'p1' })]], { ms: 1_000 }),
      byHand('li', { phone: 'p2' }, 2_000),
      commit([[rowOf('userId', 'novak', { phone: 'p1' })]], { ms: 3_000 }),
    ];
    expect(persons(history, id('li'))[0]?.keys).toEqual([id('li'), phone('p2')].sort());
    expect(persons(history, id('novak'))[0]?.keys).toEqual([id('novak'), phone('p1')].sort());
  });

  test('[CON-10] who was born under the next generation of a phone had that phone', () => {
    const born = rowOf('phone', 'p1', { name: 'Novak' });
    const history = [
      commit([[rowOf('phone', 'p1', { name: 'Li' })]], { ms: 1_000 }),
      change({ ...rowOf('phone', 'p1', { phone: 'p2' }), birth: false, id: phone('p1') }, { ms: 2_000 }),
      commit([[born]], { ms: 3_000 }),
      change({ ...rowOf('phone', 'p1', { phone: 'p3' }), birth: false, id: phone('p1', 1) }, { ms: 4_000 }),
    ];
    expect(persons(history, phone('p1', 1))[0]?.keys).toEqual([phone('p1'), phone('p3')].sort());
  });

  test('[CON-10] what the person refused is told, and nothing looser', () => {
    const cells = { 'consent:sms': 'refused', 'consent:email': 'given', blocked: 'yes' };
    const history = [commit([[rowOf('userId', 'u1', cells)]], { ms: 1_000 })];
    expect(persons(history, id('u1'))[0]?.refusing).toEqual({ 'consent:sms': 'refused', blocked: 'yes' });
  });

  test('an id of which nothing is known is answered all the same', () => {
    expect(persons([], id('nobody'))).toEqual([{ contacts: [id('nobody')], keys: [], refusing: {} }]);
  });
});
