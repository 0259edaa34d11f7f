import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockId, EntryId } from '#domain/ids';
import { canonicalState } from '#log/canonical';
import { anewOf } from '#log/fold-again';
import { createErasureFilter, erasuresIn, UNKNOWING, withBlocks } from '#log/erasure-filter';
import { createFold, type Block } from '#log/fold';
import type { BlockRef, Entry } from '#log/types';
import { blockOfRows, birthColumns, columnsOfRows, rowOf } from '#tests/builders/blocks';
import { finishAnew } from '#tests/builders/folds';
import {
  anyHistory,
  change,
  commit,
  entryOf,
  erasure,
  ids,
  merge,
  messaged,
  SALT,
  type Written,
} from '#tests/builders/entries';

const eve = ids.idOf('phone', '+420777000111', 0);
const byPhone = erasure([eve], { ms: 2_000 });
const filter = createErasureFilter(SALT, erasuresIn([byPhone.entry]));
const before = byPhone.entry.time - 1;

/** The whole log as a relay keeps it after the erasures that are in it: every entry stays, in its place. */
function filtered(written: readonly Written[]): Written[] {
  const all = createErasureFilter(SALT, erasuresIn(written.map(({ entry }) => entry)));
  return written.map(({ entry, blocks }) => {
    const renamed = new Map<BlockId, BlockRef>();
    const left = new Map<BlockId, Block>();
    for (const [id, block] of blocks) {
      const now: Block = block.kind === 'rows' ? blockOf(all.rows(block.columns, entry.time)) : all.recipients(block);
      const name = `${id}-filtered` as BlockId;
      left.set(name, now);
      renamed.set(id, { id: name, hash: 'ff', rows: now.count, sizeBytes: 1 });
    }
    const kept = all.entry(entry, entry.time) ?? all.emptied(entry);
    return { entry: withBlocks(kept, renamed), blocks: left };
  });
}

const blockOf = (columns: ReturnType<typeof columnsOfRows>): Block => {
  const block = blockOfRows([]);
  return block.kind === 'rows' ? { ...block, count: columns.count, columns } : block;
};

function folded(written: readonly Written[]): string {
  const fold = createFold(SALT);
  const blocks = new Map(written.flatMap((one) => [...one.blocks]));
  finishAnew(
    anewOf(
      fold,
      written.map(({ entry }) => entry),
    ),
    () => blocks,
  );
  return canonicalState(fold);
}

describe('erasure filter', () => {
  it('[CON-10] what is filtered folds to the same, in any history', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(folded(filtered(history))).toBe(folded(history));
      }),
      { numRuns: 500 },
    );
  });

  it('[CON-10] her row goes by id, by its key and by any key in its cells, and nobody else', () => {
    const hers = [
      rowOf('phone', '+420777000111'),
      rowOf('email', 'eve@example.org', { phone: '+420777000111' }),
      rowOf('userId', 'U1', {}, { id: eve, birth: false }),
    ];
    const others = [rowOf('phone', '+420777000112'), rowOf('email', 'eva@example.org', { name: 'Eva' })];
    const columns = columnsOfRows([...hers.slice(0, 2), ...others, ...hers.slice(2)]);
    expect(filter.rows(columns, before)).toEqual(columnsOfRows(others));
    expect(hers.map((row) => filter.entry(change(row, { ms: 1_000 }).entry, before))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const untouched = columnsOfRows(others);
    expect(filter.rows(untouched, before)).toBe(untouched);
  });

  it('[CON-10] the same phone, written with knowledge of the erasure, is a new contact', () => {
    const row = rowOf('phone', '+420777000111', {}, { generation: 1 });
    const { entry } = change(row, { ms: 3_000 });
    expect(filter.entry(entry, entry.time)).toBe(entry);
    expect(filter.entry(entry, UNKNOWING)).toBeUndefined();
  });

  it('[MSG-10] a recipient keeps his place without address and values', () => {
    const blocks = [...messaged([eve, ids.idOf('phone', '+420777000112', 0)], { ms: 1_000 }).blocks.values()];
    const block = blocks[0];
    if (block?.kind !== 'recipients') throw new Error('no recipients');
    const told = { ...block, addresses: ['+420777000111', '+420777000112'], variables: { name: ['Eve', 'Adam'] } };
    const left = filter.recipients(told);
    expect(left).toEqual({ ...told, addresses: ['', '+420777000112'], variables: { name: ['', 'Adam'] } });
    expect(filter.recipients(left)).toBe(left);
    const shared = { ...told, contacts: [ids.idOf('userId', 'U9', 0), ...told.contacts.slice(1)] };
    expect(filter.recipients(shared).addresses[0]).toBe('');
  });

  it('[CON-13] a merge loses her keys; one of her says nothing', () => {
    const [adam, ada] = [ids.idOf('phone', '1', 0), ids.idOf('phone', '2', 0)];
    const { entry } = merge([adam, ada], { ms: 1_000 }, { name: 'Ada', phone: '+420777000111' });
    expect(filter.entry(entry, before)?.body).toEqual({ ...entry.body, cells: { name: 'Ada' } });
    const hers = merge([adam, eve], { ms: 1_000 }, { name: 'Eve' }).entry;
    expect(filter.entry(hers, before)).toBeUndefined();
    expect(filter.emptied(hers).body).toMatchObject({ cells: {} });
  });

  it('[CON-10] an entry of a newer version that names her anywhere keeps its place and kind, and no more', () => {
    const entry = entryOf({ kind: 'note', of: [{ deep: ['+420777000111'] }], text: 'about Eve' }, { ms: 1_000 });
    expect(filter.entry(entry, before)).toBeUndefined();
    expect(filter.emptied(entry)).toEqual({ ...entry, body: { kind: 'note' } });
  });

  it('[CON-10] a block of 4,000 rows that she is not in is passed through as it is', () => {
    const texts = { phone: Array.from({ length: 4_000 }, (_, at) => `+4207${String(at).padStart(8, '0')}`) };
    const columns = birthColumns({ ...texts, email: texts.phone.map((phone) => `${phone}@example.org`) }, 'phone');
    expect(filter.rows(columns, before)).toBe(columns);
  });
});

describe('opt-outs of somebody erased', () => {
  const fold = (...written: Written[]) => {
    const state = JSON.parse(folded(written)) as { contacts: { born: string | null; stricts: (string | null)[] }[] };
    return state.contacts.filter(({ born }) => born === 'listed').map(({ stricts }) => stricts[0]);
  };
  const refusing = erasure([eve], { ms: 2_000 }, [eve], ['consent:sms']);
  const later = rowOf('phone', '+420777000111', { 'consent:sms': 'given' }, { generation: 1 });

  it('[CON-10] hold for whoever has the key later, whatever an import says', () => {
    expect(fold(refusing, commit([[later]], { ms: 3_000 }))).toEqual(['refused']);
    expect(fold(byPhone, commit([[later]], { ms: 3_000 }))).toEqual(['given']);
    const adam = rowOf('userId', 'adam');
    const moves = change({ ...adam, birth: false, cells: { phone: '+420777000111' } }, { ms: 3_500 });
    expect(fold(refusing, change(adam, { ms: 3_000 }), moves)).toEqual(['refused']);
  });

  it('[CON-4] and go by a hand that has seen them', () => {
    const { entry, blocks } = change(later, { ms: 3_000 });
    const seen = { ...entry, body: { ...entry.body, replaces: [refusing.entry.id as EntryId] } } as Entry;
    expect(fold(refusing, { entry: seen, blocks })).toEqual(['given']);
  });
});
