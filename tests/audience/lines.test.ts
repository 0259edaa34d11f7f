import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '#audience/fold-text';
import { BORDER, createLineWriter, lineBytes } from '#audience/lines';
import { packTexts } from '#log/pack-texts';
import { audienceOf } from '#tests/builders/audience';

/** That lines have before they ask for more. */
const ROOM = 65_536;

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
      // Names that repeat are packed as words; these are not.
      const others = Array.from({ length: 99 }, (_, at) => ({ userId: `U${String(at)}`, name: `Name ${String(at)}` }));
      const { state } = audienceOf([{ userId: 'U', phone: '+86', name }, ...others]).view;
      const writer = createLineWriter(state);
      const lineOf = (row: number) => {
        writer.clear();
        writer.add(row);
        return writer.bytes.slice(0, writer.end);
      };
      const line = lineOf(0);
      expect(line.slice(0, line.indexOf(BORDER))).toEqual(lineBytes(foldText(name)));
      packTexts(state, 9);
      expect(state.texts.name.locate(0)).toBeDefined();
      expect(lineOf(0)).toEqual(line);
    }),
  );
});

test('[CON-5] a line that begins a byte before the end of the room keeps its borders', () => {
  const named = Array.from({ length: 200 }, (_, at) => ({
    phone: `+9${String(at)}`,
    name: `${String(at)} ${'n'.repeat(300)}`,
  }));
  const { state } = audienceOf([...named, { phone: '+7' }, { phone: '+77' }]).view;
  packTexts(state, 9);
  const [short, longer] = [named.length, named.length + 1];
  const writer = createLineWriter(state);
  const sizeOf = (row: number) => {
    const before = writer.end;
    writer.add(row);
    return writer.end - before;
  };
  writer.clear();
  const size = sizeOf(short);
  const line = writer.bytes.slice(0, size);
  expect(sizeOf(longer)).toBe(size + 1);

  writer.clear();
  for (let row = 0; row < named.length; row += 1) writer.add(row);
  const left = ROOM - 1 - writer.end;
  for (let more = left % size; more > 0; more -= 1) writer.add(longer);
  while (writer.end < ROOM - 1) writer.add(short);
  expect(writer.end).toBe(ROOM - 1);
  writer.add(short);
  expect(writer.bytes.slice(ROOM - 1, writer.end)).toEqual(line);
});
