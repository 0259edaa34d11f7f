import { describe, expect, test } from 'vitest';
import { rowOfContact } from '#audience/columns';
import type { ContactId } from '#domain/ids';
import { knownBody } from '#log/entry';
import { createHistory, type Mention } from '#log/history';
import type { Row } from '#log/types';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, group, ids, merge, SALT, undo, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const PHONE = '+420777000001';
const ANA = ids.idOf('phone', PHONE, 0);
const row = (cells: Row['cells'], more: Partial<Row> = {}): Row => rowOf('phone', PHONE, cells, more);
const byHand = (cells: Row['cells']): Row => ({ ...row({}, { id: ANA, birth: false }), cells });

/** All entries are about her. */
function historyOf(written: readonly Written[], own: readonly ContactId[] = [ANA]) {
  const { state } = foldOf(written);
  const bodies = written.map(({ entry }) => knownBody(entry));
  const undone = new Set(bodies.flatMap((body) => (body?.kind === 'undo' && body.undone ? [body.of] : [])));
  const mentions = written.flatMap(({ entry, blocks }): Mention[] => {
    const body = knownBody(entry);
    const isUndone = undone.has(entry.id);
    if (body?.kind === 'merge') return [{ entry, body, undone: isUndone }];
    if (body?.kind === 'change') return [{ entry, body }];
    if (body?.kind !== 'commit') return [];
    const rows = [...blocks.values()].flatMap((block) =>
      block.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [],
    );
    return [{ entry, body, rows, undone: isUndone }];
  });
  return createHistory(SALT, ids, state, { row: rowOfContact(state, ANA), own: new Set(own) }, mentions, {
    erasures: [],
    entryOf: (id) => mentions.find(({ entry }) => entry.id === id),
  });
}

const said = (steps: ReturnType<typeof historyOf>, name: string) =>
  steps
    .flatMap((step) => step.said)
    .flatMap((one) => (one.kind === 'cell' && one.name === name ? [[one.before, one.value, one.standing]] : []));

describe('what stood before, and what stands now', () => {
  test('[SYN-3] of two values said apart the later stands, and both are in the history, whatever came first', () => {
    const [earlier, later] = [
      change(byHand({ name: 'Anna' }), { ms: 2_000, device: 'device-b' }),
      change(byHand({ name: 'Ana Lima' }), { ms: 3_000 }),
    ];
    const born = commit([[row({ name: 'Ana' })]], { ms: 1_000 });
    for (const written of [
      [born, earlier, later],
      [born, later, earlier],
    ])
      expect(said(historyOf(written), 'name')).toEqual([
        ['Anna', 'Ana Lima', 'stands'],
        ['Ana', 'Anna', 'replaced'],
        [undefined, 'Ana', 'replaced'],
      ]);
  });

  test('[CON-4] a weak value that yields did not take effect, and is said all the same', () => {
    const written = [
      commit([[row({ name: 'Ana' })]], { ms: 1_000 }),
      commit([[row({ name: 'Anna' }, { birth: false })]], { ms: 2_000 }, { weight: 'weak' }),
    ];
    expect(said(historyOf(written), 'name')).toEqual([
      ['Ana', 'Anna', 'outweighed'],
      [undefined, 'Ana', 'stands'],
    ]);
  });

  test('[CON-4] of consent the strictest word stands; the others are said to be outweighed', () => {
    const written = [
      commit([[row({ 'consent:sms': 'refused' })]], { ms: 1_000 }),
      commit([[row({ 'consent:sms': 'given' }, { birth: false })]], { ms: 2_000 }),
    ];
    expect(said(historyOf(written), 'consent:sms')).toEqual([
      ['refused', 'given', 'outweighed'],
      [undefined, 'refused', 'stands'],
    ]);
  });

  test('[IMP-11] what an undone import said is undone, but its word of consent stands', () => {
    const changed = commit([[row({ name: 'New', 'consent:sms': 'refused' }, { birth: false })]], { ms: 2_000 });
    const written = [commit([[row({ name: 'Ana' })]], { ms: 1_000 }), changed, undo(changed.entry.id, { ms: 3_000 })];
    const steps = historyOf(written);
    expect(said(steps, 'name')).toEqual([
      ['Ana', 'New', 'undone'],
      [undefined, 'Ana', 'stands'],
    ]);
    expect(said(steps, 'consent:sms')).toEqual([[undefined, 'refused', 'stands']]);
  });
});

test('[CON-12] a word of consent that came to her by somebody whom an undo took from her is a step of her history', () => {
  const EMAIL = 'ana@example.com';
  const former = commit(
    [[rowOf('email', EMAIL, { 'consent:sms': 'refused' })]],
    { ms: 1_000 },
    { fileName: 'fair.csv' },
  );
  const written = [
    former,
    commit([[row({ name: 'Ana', email: EMAIL, 'consent:sms': 'given' })]], { ms: 2_000 }),
    undo(former.entry.id, { ms: 3_000 }),
  ];
  const steps = historyOf(written);
  expect(steps.map(({ by, fileName }) => [by, fileName])).toEqual([
    ['import', undefined],
    ['import', 'fair.csv'],
  ]);
  expect(said(steps, 'consent:sms')).toEqual([
    [undefined, 'given', 'outweighed'],
    [undefined, 'refused', 'stands'],
  ]);
});

test('[CON-13] a merge is a step of its own with what was chosen; the history of both is one', () => {
  const other = ids.idOf('email', 'ana@example.com', 0);
  const written = [
    commit([[row({ name: 'Ana' })]], { ms: 1_000 }),
    commit([[rowOf('email', 'ana@example.com', { name: 'A. Lima' })]], { ms: 2_000 }),
    merge([ANA, other], { ms: 3_000 }, { name: 'Ana Lima' }),
  ];
  const steps = historyOf(written, [ANA, other]);
  expect(steps[0]).toMatchObject({ by: 'merge', said: [{ kind: 'merged' }, { name: 'name', value: 'Ana Lima' }] });
  expect(said(steps, 'name').map(([, value]) => value)).toEqual(['Ana Lima', 'A. Lima', 'Ana']);
});

test('[CON-12] an import names its file; a bulk change its groups, and that it was one', () => {
  const VIP = group('VIP');
  const written = [
    commit([[row({ name: 'Ana' })]], { ms: 1_000 }, { fileName: 'visitors.csv' }),
    commit([[byHand({})]], { ms: 2_000 }, { source: 'bulk', joins: [VIP] }),
  ];
  expect(historyOf(written)).toMatchObject([
    { by: 'bulk', said: [{ kind: 'group', group: VIP, move: 'joined', standing: 'stands' }] },
    { by: 'import', fileName: 'visitors.csv', said: [{ kind: 'born' }, { name: 'phone' }, { name: 'name' }] },
  ]);
});
