import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '#audience/fold-text';
import { BORDER, createLineWriter, lineBytes } from '#audience/lines';
import { audienceOf } from '#tests/builders/audience';

const anyText = fc.array(
  fc.oneof(
    fc.constantFrom('A', 'z', ' ', '\t', 'é', 'İ', 'ŉ', 'ſ', 'Σ', 'σ', '\u0301', '刘', 'ﬁ', '😀', '’'),
    fc.integer({ min: 0xc0, max: 0x24f }).map((code) => String.fromCharCode(code)),
  ),
  { maxLength: 8 },
);

test('[CON-5] a text stands in its line as it folds, whichever letters it has', () => {
  fc.assert(
    fc.property(anyText, (letters) => {
      const name = letters.join('');
      const writer = createLineWriter(audienceOf([{ userId: 'U1', name }]).view.state);
      writer.add(0);
      const line = writer.bytes.slice(0, writer.end);
      expect(line.slice(0, line.indexOf(BORDER))).toEqual(lineBytes(foldText(name)));
    }),
  );
});
