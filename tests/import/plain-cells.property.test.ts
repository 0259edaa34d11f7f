/** What is let through letter by letter is what the expressions that say the rules let through. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { cleanText, isClean } from '#import/clean-text';
import { parseTextSlice } from '#import/csv';
import { isPlainAddress, readEmail } from '#import/email';
import { DELIMITERS } from '#import/types';

const CLEAN = /^(?:(?!['=])[\x21-\x7e]+(?: [\x21-\x7e]+)*|[\u4e00-\u9fff]+)?$/;
const PLAIN_LOCAL = /^(?=.{1,64}$)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

const near = (letters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((parts) => parts.join(''));
const label = fc.oneof(
  near('ab7-', 4),
  fc.integer({ min: 60, max: 66 }).map((length) => 'x'.repeat(length)),
);
const domain = fc.array(label, { maxLength: 5 }).map((labels) => labels.join('.'));
const address = fc.tuple(fc.oneof(near('a7.-_+!@é', 6), near('a.', 70)), domain).map((parts) => parts.join('@'));

describe('cells read letter by letter', () => {
  it('[IMP-5] an address is plain where its two parts are, and is read as it is', () => {
    fc.assert(
      fc.property(fc.oneof(address, near('a7.-_+@A ', 12)), (text) => {
        const at = text.indexOf('@');
        const isPlain =
          text.length <= 254 && at > 0 && PLAIN_LOCAL.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
        expect(isPlainAddress(text)).toBe(isPlain);
        if (isPlain) expect(readEmail(text)).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('[IMP-5] text is clean where nothing is to be taken from it', () => {
    const odd = fc.constantFrom(
      ' ',
      "'",
      '=',
      '~',
      '!',
      'a',
      '\x7f',
      '\x1f',
      '一',
      '龥',
      '\u9fff',
      '\ua000',
      'é',
      '\u200b',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(odd, { maxLength: 5 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(isClean(text)).toBe(CLEAN.test(text));
          if (isClean(text)) expect(cleanText(text)).toBe(text);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('[IMP-2] where no quote stands, rows are those of Papa Parse', () => {
    const text = near('a,;|\t\n 王\ufeff', 40).map((lines) => `${lines}\n`);
    fc.assert(
      fc.property(text, fc.constantFrom(...DELIMITERS), (some, delimiter) => {
        const { data } = Papa.parse<string[]>(some, { delimiter, newline: '\n' });
        data.pop();
        const slice = { byteStart: 1, byteEnd: some.length + 1, text: some, quotes: 'read' } as const;
        expect(parseTextSlice(slice, delimiter).rows).toEqual(data);
      }),
      { numRuns: 2_000 },
    );
  });
});
