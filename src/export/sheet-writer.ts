/**
 * A workbook of one sheet of text, as small as one can be (ECMA-376), written as its rows come. Every cell is text, so
 * that a phone that is typed into it keeps its zeros and its plus sign; no cell can be a formula. The first row is the
 * heading. Other writers hold all cells as objects: 300,000 contacts would not fit a phone.
 */
import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { columnName } from '#import/column-name';
import type { Write } from './types.ts';

export interface SheetToWrite {
  readonly name: string;
  /** In characters, a column each. */
  readonly widths: readonly number[];
}

export interface SheetWriter {
  readonly add: (rows: readonly (readonly string[])[]) => void;
  readonly end: () => void;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Number format 49 is "Text" (18.8.30). Style 1 is text, style 2 text in bold for the heading. */
const STYLES = `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="49" applyNumberFormat="1"/><xf xfId="0" numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`;
/** The same bytes for the same rows: the archive has no clock in it. 1980 is where its calendar begins. */
const EPOCH = new Date(1980, 0, 1);

export function createSheetWriter({ name, widths }: SheetToWrite, write: Write): SheetWriter {
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    write(bytes as Uint8Array<ArrayBuffer>);
  });
  for (const [part, xml] of Object.entries(partsOf(name))) {
    const file = new ZipPassThrough(part);
    file.mtime = EPOCH;
    zip.add(file);
    file.push(strToU8(HEAD + xml), true);
  }
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 6 });
  sheet.mtime = EPOCH;
  zip.add(sheet);
  const columns = widths.map((width, index) => {
    const at = String(index + 1);
    return `<col min="${at}" max="${at}" width="${String(width)}" style="1" customWidth="1"/>`;
  });
  sheet.push(strToU8(`${HEAD}<worksheet xmlns="${MAIN}"><cols>${columns.join('')}</cols><sheetData>`));
  let count = 0;
  return {
    add(rows) {
      if (rows.length > 0) sheet.push(strToU8(rows.map((cells) => rowXml(cells, (count += 1))).join('')));
    },
    end() {
      sheet.push(strToU8('</sheetData></worksheet>'), true);
      zip.end();
    },
  };
}

/** All of a small one at once. */
export function writeSheet({
  rows,
  ...sheet
}: SheetToWrite & { readonly rows: readonly (readonly string[])[] }): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const writer = createSheetWriter(sheet, (bytes) => parts.push(bytes));
  writer.add(rows);
  writer.end();
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const partsOf = (name: string): Readonly<Record<string, string>> => ({
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': STYLES,
});

function rowXml(cells: readonly string[], row: number): string {
  const number = String(row);
  const style = row === 1 ? '2' : '1';
  const written = cells.map((text, column) =>
    text === ''
      ? ''
      : `<c r="${columnName(column)}${number}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escape(text)}</t></is></c>`,
  );
  return `<row r="${number}">${written.join('')}</row>`;
}

/** Controls that XML 1.0 has no way to say are left out. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
const escape = (text: string): string =>
  text
    .replaceAll(CONTROLS, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
