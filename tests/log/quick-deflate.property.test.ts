import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '#log/deflate';
import { codeLengths, codesOf } from '#log/huffman';
import { deflateQuickly } from '#log/quick-deflate';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Columns of JSON, as blocks have them, and whatever else there is: near and far repetitions among noise. */
const pieces = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.stringMatching(/^\+86\d{11}$/), { maxLength: 200 }).map((texts) => bytesOf(JSON.stringify(texts))),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 900 }))
      .map(([piece, times]) =>
        Uint8Array.from({ length: piece.length * times }, (_, at) => piece[at % piece.length] ?? 0),
      ),
    fc.constantFrom(...[0, 1, 5, 6, 257, 258, 259, 32_761, 32_768, 32_769, 70_000].map((size) => new Uint8Array(size))),
  ),
  { maxLength: 6 },
);

describe('deflate for blocks', () => {
  it('[IMP-9] whatever is deflated quickly, every inflater reads again', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (some, isTwice) => {
        const bytes = Uint8Array.from(Buffer.concat(isTwice ? [...some, ...some] : some));
        const deflated = deflateQuickly(bytes);
        expect(Buffer.compare(inflateRawSync(deflated), bytes)).toBe(0);
        const inflated = await inflate(deflated, bytes.length);
        expect(typeof inflated === 'string' ? inflated : Buffer.compare(inflated, bytes)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('[IMP-9] noise of a block’s length grows by less than a hundredth', () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 400_000 }, () => (state = Math.imul(state, 0x9e3779b1) + 77) >>> 24);
    const deflated = deflateQuickly(noise);
    expect(deflated.length).toBeLessThan(noise.length * 1.01);
    expect(Buffer.compare(inflateRawSync(deflated), noise)).toBe(0);
  });

  it('[IMP-9] codes fill their space and none is too long, however rare its symbol', () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.nat(9), fc.nat(4_000_000)), { minLength: 2, maxLength: 286 });
    fc.assert(
      fc.property(counts, fc.constantFrom(9, 15), (some, most) => {
        const lengths = new Uint8Array(some.length);
        codeLengths(Uint32Array.from(some), most, lengths);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(most);
        expect(some.every((count, symbol) => count === 0 || (lengths[symbol] ?? 0) > 0)).toBe(true);
        expect(lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0)).toBe(1);
        const codes = new Uint16Array(some.length);
        codesOf(lengths, codes);
        const used = [...lengths].flatMap((length, symbol) =>
          length > 0 ? [`${String(length)}/${String(codes[symbol])}`] : [],
        );
        expect(new Set(used).size).toBe(used.length);
      }),
    );
  });
});
