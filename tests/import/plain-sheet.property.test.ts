/** Rows that are read without SheetJS are those that SheetJS reads of the same XML. */
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { numberToText } from '#import/cell-text';
import { readPlainRows, readPlainString } from '#import/plain-sheet';
import { readSheet } from '#import/row-source';

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const STRINGS = [
  '<t>王小明</t>',
  '<t xml:space="preserve"> a &amp; b </t>',
  '<t></t>',
  '<r><t>in</t></r><r><t>two</t></r>',
];

/** By a prefix before its names, a sheet is none of the plain ones and goes the long way. */
function workbookOf(rows: string): Blob {
  const sheet = `<x:worksheet><x:sheetData>${rows.replace(/<(\/?)(row|c|v)\b/g, '<$1x:$2')}</x:sheetData></x:worksheet>`;
  const parts = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/></Types>`,
    'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId7"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Target="worksheets/Sheet1.xml" Type="${OFFICE}/worksheet" Id="rId7"/></Relationships>`,
    'xl/worksheets/Sheet1.xml': sheet,
    'xl/sharedStrings.xml': `<sst>${STRINGS.map((string) => `<si>${string}</si>`).join('')}</sst>`,
  };
  return new Blob([
    new Uint8Array(zipSync(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)])))),
  ]);
}

const text = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '王',
      '&amp;',
      '&lt;',
      '&quot;',
      '&apos;',
      '_x000D_',
      '&#65;',
      '&amp;lt;',
      '=',
      "'",
      '😀',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const number = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.integer({ min: 1e10, max: 2e10 }))
  .map(String);
const contents = fc.oneof(
  text.map((value) => [' t="str"', `<v>${value}</v>`]),
  fc.nat(3).map((index) => [' t="s"', `<v>${String(index)}</v>`]),
  number.map((value) => ['', `<v>${value}</v>`]),
  number.map((value) => [' t="n"', `<v>${value}</v>`]),
  fc.constantFrom(
    ['', ''],
    [' s="1"', ''],
    [' t="b"', '<v>1</v>'],
    [' t="b"', '<v>0</v>'],
    [' t="str"', ''],
    ['', '<v></v>'],
    [' t="e"', '<v>#N/A</v>'],
    ['', '<f>1+1</f><v>2</v>'],
  ),
);
const cell = fc.record({ gap: fc.nat(2), contents });
const row = fc.record({ gap: fc.integer({ min: 1, max: 3 }), cells: fc.array(cell, { maxLength: 4 }) });
const sheet = fc.array(row, { minLength: 1, maxLength: 6 }).map((rows) => {
  let number = 0;
  return rows
    .map(({ gap, cells }) => {
      number += gap;
      let column = -1;
      const inner = cells.map(({ gap: between, contents: [type, value] }) => {
        column += between + 1;
        const head = `<c r="${String.fromCharCode(65 + column)}${String(number)}"${String(type)}`;
        return value === '' ? `${head}/>` : `${head}>${String(value)}</c>`;
      });
      return `<row r="${String(number)}" spans="1:8">${inner.join('')}</row>`;
    })
    .join('');
});

describe('sheets without a parser', () => {
  it('[IMP-1] rows, their numbers and their cells are those of SheetJS, or none', async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(sheet, async (xml) => {
        const read = readPlainRows(xml, {
          stringAt: (index) => readPlainString(`<si>${STRINGS[index] ?? ''}`),
          numberToText,
        });
        if (!read) return;
        plain += 1;
        const oracle = await readSheet(workbookOf(xml), undefined, 'whole');
        if (typeof oracle === 'string') expect(read.rows).toEqual([]);
        else expect([read.rows, read.numbers]).toEqual([oracle.rows, oracle.numbers]);
      }),
      { numRuns: 400 },
    );
    expect(plain).toBeGreaterThan(40);
  });
});
