import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalEntry } from '#log/entry';
import { decodeEntries, encodeEntries, MOST_PACKED } from '#log/entry-block';
import { deflate } from '#log/deflate';
import { timeFromMs } from '#log/time';
import type { Entry } from '#log/types';
import { rowOf } from '#tests/builders/blocks';
import { createDice } from '#tests/builders/dice';
import { anyHistory, change, entryOf } from '#tests/builders/entries';

async function roundTrip(entries: readonly Entry[]): Promise<readonly Entry[]> {
  const { bytes, rows, sizeBytes } = await encodeEntries(entries);
  expect([rows, sizeBytes]).toEqual([entries.length, bytes.length]);
  const decoded = await decodeEntries(bytes);
  if (decoded.kind === 'refused') throw new Error(decoded.reason);
  return decoded.block.entries;
}

/** Letter by letter: the order of names too, so that whoever passes an entry on passes on the same. */
const texts = (entries: readonly Entry[]) => entries.map((entry) => JSON.stringify(entry));

describe('a pack', () => {
  test('[SYN-3] any entries come back as they were, in order', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const entries = history.map(({ entry }) => entry);
        expect(texts(await roundTrip(entries))).toEqual(texts(entries));
      }),
    );
  });

  test('[SYN-8] whatever a newer version wrote comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 }))), async (bodies) => {
        const entries = bodies.map((body, at) => ({
          ...entryOf({ ...(JSON.parse(JSON.stringify(body)) as object), kind: 'of-tomorrow' }, { ms: at }),
          ['of-tomorrow']: at % 2 === 0 ? 1.5 : null,
        }));
        expect(texts(await roundTrip(entries))).toEqual(texts(entries));
      }),
    );
  });

  test('[SYN-3] times with and without a counter, later and earlier ones', async () => {
    const times = [0, 1, timeFromMs(1_790_000_000_000), timeFromMs(1_790_000_000_000) + 1023, 7, 2 ** 53 - 1];
    const entries = times.map((time) => ({ ...change(rowOf('phone', '+1'), { ms: 0 }).entry, time }));
    expect((await roundTrip(entries)).map(({ time }) => time)).toEqual(times);
    const large = times.map((time) => time + 2 ** 40).filter(Number.isSafeInteger);
    const later = large.map((time) => ({ ...change(rowOf('phone', '+1'), { ms: 0 }).entry, time }));
    expect((await roundTrip(later)).map(({ time }) => time)).toEqual(large);
  });

  test('[SYN-3] a value that is not there is not there afterwards', async () => {
    const row = rowOf('phone', '+1', { name: undefined as unknown as string });
    const [entry] = await roundTrip([change(row, { ms: 1 }).entry]);
    expect(canonicalEntry(entry as Entry)).not.toContain('name');
  });

  test('[SYN-3] a change of one cell costs forty bytes', async () => {
    const dice = createDice(11);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const random = (length: number, of = letters) =>
      Array.from({ length }, () => of[dice.below(of.length)] ?? '').join('');
    const [devices, authors] = [0, 1].map(() => Array.from({ length: 3 }, () => random(22))) as [string[], string[]];
    let ms = 1_790_000_000_000;
    const entries = Array.from({ length: 5_000 }, () => {
      const field = dice.pick(['name', 'x:shop', 'status', 'consent:sms']);
      const cells = { [field]: field === 'name' ? `Jana ${random(6)}` : dice.pick(['active', 'Brno', 'given']) };
      const row = { ...rowOf('phone', `+42077${random(7, '0123456789')}`), birth: false, cells };
      ms += dice.below(120_000);
      const at = { ms, id: random(22), device: dice.pick(devices) };
      return {
        ...change({ ...row, id: random(16, '0123456789abcdef') as never }, at).entry,
        author: dice.pick(authors),
      };
    });
    const { sizeBytes } = await encodeEntries(entries);
    expect(sizeBytes / entries.length).toBeLessThan(42);
  });
});

describe('what is no pack', () => {
  const packed = async (body: object) =>
    deflate(new TextEncoder().encode(JSON.stringify({ format: 1, kind: 'entries', ...body })));
  const said = async (body: object, limits = {}) => {
    const decoded = await decodeEntries(await packed(body), limits);
    return decoded.kind === 'refused' ? decoded.reason : decoded.block.entries;
  };
  const SHAPE = '{"id":0,"device":0,"time":0,"format":0,"body":{"kind":0}}';
  const columns = [{ all: 'a' }, { all: 'b' }, { all: 5 }, { all: 1 }, { all: 'c' }];
  const one = { count: 1, order: { all: 0 }, shapes: [[SHAPE, columns]] };

  test('the form that the others depart from is one', async () => {
    expect(await said(one)).toEqual([{ id: 'a', device: 'b', time: 5, format: 1, body: { kind: 'c' } }]);
  });

  test.each([
    ['no order', { ...one, order: undefined }],
    ['an order of another length', { ...one, order: [0, 0] }],
    ['a shape that is not there', { ...one, order: [1] }],
    ['no shapes', { ...one, shapes: [] }],
    ['a shape that is no list', { ...one, shapes: ['x'] }],
    ['a shape that is no JSON', { ...one, shapes: [['{', []]] }],
    ['a shape with a value in it', { ...one, shapes: [[SHAPE.replace('"id":0', '"id":7'), columns]] }],
    ['a shape that is endlessly deep', { ...one, shapes: [['['.repeat(9_000) + ']'.repeat(9_000), []]] }],
    ['a column too few', { ...one, shapes: [[SHAPE, columns.slice(1)]] }],
    ['a column of another length', { ...one, shapes: [[SHAPE, [['a', 'b'], ...columns.slice(1)]]] }],
    ['a column of objects', { ...one, shapes: [[SHAPE, [{ all: {} }, ...columns.slice(1)]]] }],
    ['words that are not there', { ...one, shapes: [[SHAPE, [{ words: ['a'], at: [1] }, ...columns.slice(1)]]] }],
    ['widths that do not add up', { ...one, shapes: [[SHAPE, [{ width: 2, text: 'abc' }, ...columns.slice(1)]]] }],
    ['steps that are no numbers', { ...one, shapes: [[SHAPE, [{ steps: ['x'], rest: [0] }, ...columns.slice(1)]]] }],
    ['an entry that is none', { ...one, shapes: [[SHAPE, [{ all: '' }, ...columns.slice(1)]]] }],
    ['a count that is none', { ...one, count: -1 }],
  ])('%s', async (_, body) => {
    expect(await said(body)).toBe('malformed');
  });

  test('bombs of every kind', async () => {
    expect(await said({ ...one, count: MOST_PACKED + 1 })).toBe('tooLarge');
    const huge = `{"id":0,"device":0,"time":0,"format":0,"body":{"kind":0,"x":[${'null,'.repeat(5_000)}null]}}`;
    expect(await said({ count: 5_000, order: { all: 0 }, shapes: [[huge, columns]] })).toBe('tooLarge');
    expect(await said(one, { maxBytes: 100 })).toBe('tooLarge');
    expect(await said({ ...one, format: 2 })).toBe('newerFormat');
    expect(await said({ ...one, kind: 'rows' })).toBe('malformed');
    expect(await decodeEntries(new Uint8Array([1, 2, 3]))).toMatchObject({ kind: 'refused' });
  });

  test('any byte of it changed: refused, or entries still', async () => {
    const { bytes } = await encodeEntries([change(rowOf('phone', '+1'), { ms: 1 }).entry]);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      expect(['refused', 'decoded']).toContain((await decodeEntries(changed)).kind);
    }
  });
});
