/** The beginning of a file, read as it will be read: what was detected, its columns, its first rows (IMP-3, IMP-4). */
import { cleanText } from './clean-text.ts';
import { detectEncoding } from './encoding.ts';
import { readFileKind } from './file-kind.ts';
import { readCardSlice } from './card-slice.ts';
import { detectDelimiter, detectHeader, HEADER_ROWS, headerRowOf, headingsOf, type NumberedRows } from './layout.ts';
import { MOST_COLUMNS, TEXT_LIMITS, type TextLimits } from './limits.ts';
import { matchColumns } from './match-columns.ts';
import { hasText, readSheet } from './row-source.ts';
import { parseTextSlice } from './csv.ts';
import { readTextSlice, type TextReading } from './text-slice.ts';
import type { FilePreview, FileProblem, PreviewResult, Reading } from './types.ts';
import { CARD_HEADINGS, readCards } from './vcard.ts';

const PREVIEW_ROWS = 8;
/** Rows from which samples and widths are taken. */
const LOOKED_AT = 50;
const SAMPLE_BYTES = 64 * 1024;
const PREVIEW_LIMITS: TextLimits = { ...TEXT_LIMITS, windowBytes: SAMPLE_BYTES };
/** Slices that are read for the first rows, at most. */
const SLICES = 8;
const STEP_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

interface Beginning extends NumberedRows {
  readonly reading: Reading;
  /** Of a format that has headings of its own. */
  readonly headings?: readonly string[];
  readonly hidden?: FilePreview['hidden'];
}
const NOTHING_HIDDEN = { rows: 'none', sheets: [] } as const;

/** With a reading, as told instead of as detected. */
export async function previewFile(file: Blob, told?: Reading): Promise<PreviewResult> {
  const kind = await readFileKind(file);
  if (kind.kind === 'problem') return kind;
  const beginning = await READERS[kind.kind](file, told);
  if (typeof beginning === 'string') return { kind: 'problem', problem: beginning };
  const { reading, rows, numbers } = beginning;
  if (rows.length === 0) return { kind: 'problem', problem: 'empty' };
  const headerRow = headerRowOf(reading.header, beginning);
  const start = numbers.filter((number) => number <= headerRow).length;
  const body = rows.slice(start);
  if (body.length === 0) return { kind: 'problem', problem: 'noRows' };
  const headings = beginning.headings ?? headingsOf(beginning, headerRow);
  const width = Math.min(MOST_COLUMNS, Math.max(headings.length, ...body.map((row) => row.length)));
  const columns = Array.from({ length: width }, (_, column) => column);
  const samples = columns.map((column) =>
    body
      .map((row) => row[column]?.trim() ?? '')
      .filter((value) => value !== '')
      .map((value) => value.slice(0, 200)),
  );
  return {
    kind: 'preview',
    preview: {
      reading,
      columns: matchColumns(
        columns.map((column) => cleanText(headings[column] ?? '')),
        samples,
      ),
      rows: body.slice(0, PREVIEW_ROWS).map((row) => columns.map((column) => (row[column] ?? '').slice(0, 200))),
      numbers: numbers.slice(start, start + PREVIEW_ROWS),
      hidden: beginning.hidden ?? NOTHING_HIDDEN,
      headerChoices: beginning.headings ? [] : headerChoices(beginning),
    },
  };
}

/** All but the last row: something has to stand below. */
function headerChoices({ rows, numbers }: NumberedRows) {
  return rows.slice(0, Math.min(HEADER_ROWS, rows.length - 1)).map((row, at) => ({
    row: numbers[at] ?? 0,
    text: row
      .filter((cell) => cell.trim() !== '')
      .slice(0, 4)
      .map((cell) => cell.trim().slice(0, 30))
      .join(' · '),
  }));
}

async function readText(file: Blob, told: Reading | undefined): Promise<Beginning | FileProblem> {
  const as = told?.format === 'text' ? told : undefined;
  const extent = file.size <= SAMPLE_BYTES ? 'whole' : 'part';
  const encoding = as?.encoding ?? detectEncoding(await sample(file), extent)?.encoding;
  if (encoding === undefined) return 'binary';
  const first = await readTextSlice(file, { encoding, delimiter: as?.delimiter ?? ',' }, 0, PREVIEW_LIMITS);
  if (!first) return 'empty';
  if (first.quotes === 'tooLong') return 'binary';
  const delimiter = as?.delimiter ?? detectDelimiter(first.text);
  const rows = await firstRows(file, { encoding, delimiter });
  const header = told?.header ?? detectHeader(rows);
  return { ...rows, reading: { format: 'text', encoding, delimiter, sheets: [], header } };
}

/** From as many slices as it takes: one may end early, before a quote that does not close. */
async function firstRows(file: Blob, reading: TextReading): Promise<NumberedRows> {
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  let at = 0;
  let before = 0;
  for (let count = 0; count < SLICES && rows.length < LOOKED_AT; count++) {
    const slice = await readTextSlice(file, reading, at, PREVIEW_LIMITS);
    if (!slice) break;
    const parsed = parseTextSlice(slice, reading.delimiter);
    parsed.rows.forEach((row, index) => {
      if (!hasText(row)) return;
      rows.push(row);
      numbers.push(before + index + 1);
    });
    before += parsed.rows.length;
    at = slice.byteEnd;
  }
  return { rows: rows.slice(0, LOOKED_AT), numbers: numbers.slice(0, LOOKED_AT) };
}

async function readCardFile(file: Blob, told: Reading | undefined): Promise<Beginning | FileProblem> {
  const extent = file.size <= SAMPLE_BYTES ? 'whole' : 'part';
  const encoding = told?.encoding ?? detectEncoding(await sample(file), extent)?.encoding;
  if (encoding === undefined) return 'binary';
  const slice = await readCardSlice(file, encoding, 0);
  const rows = slice ? readCards(slice.text).slice(0, LOOKED_AT) : [];
  return {
    rows,
    numbers: rows.map((_, index) => index + 1),
    headings: CARD_HEADINGS,
    reading: { format: 'cards', encoding, delimiter: ',', sheets: [], header: 'none' },
  };
}

async function readBook(file: Blob, told: Reading | undefined): Promise<Beginning | FileProblem> {
  const read = await readSheet(file, told?.sheet, 'beginning');
  if (typeof read === 'string') return read;
  const rows = { rows: read.rows.slice(0, LOOKED_AT), numbers: read.numbers.slice(0, LOOKED_AT) };
  const header = told?.header ?? detectHeader(rows);
  return {
    ...rows,
    hidden: { rows: read.hidden > 0 ? 'some' : 'none', sheets: read.hiddenSheets },
    reading: { format: 'workbook', encoding: 'utf-8', delimiter: ',', sheet: read.sheet, sheets: read.sheets, header },
  };
}

const READERS = { text: readText, workbook: readBook, cards: readCardFile } as const;

/**
 * What an encoding is told by: the beginning, or, where that is plain ASCII, the lines from the first other byte on. A
 * long list may have its first Chinese name late, and 100 MB are looked through in a tenth of a second.
 */
async function sample(file: Blob): Promise<Uint8Array> {
  const beginning = new Uint8Array(await file.slice(0, SAMPLE_BYTES).arrayBuffer());
  // UTF-16 has nothing but ASCII and NUL where a list is in English.
  if (file.size <= SAMPLE_BYTES || beginning.includes(0) || firstForeign(beginning) !== -1) return beginning;
  for (let at = SAMPLE_BYTES; at < file.size; at += STEP_BYTES) {
    const step = new Uint8Array(await file.slice(at, at + STEP_BYTES).arrayBuffer());
    const foreign = firstForeign(step);
    if (foreign === -1) continue;
    // A line feed is never half of a character in an encoding that has ASCII in it.
    const start = at + step.lastIndexOf(LINE_FEED, foreign) + 1;
    return new Uint8Array(await file.slice(start, start + SAMPLE_BYTES).arrayBuffer());
  }
  return beginning;
}

function firstForeign(bytes: Uint8Array<ArrayBuffer>): number {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  let word = 0;
  while (word < words.length && ((words[word] ?? 0) & 0x80808080) === 0) word++;
  for (let at = word * 4; at < bytes.length; at++) if ((bytes[at] ?? 0) >= 0x80) return at;
  return -1;
}
