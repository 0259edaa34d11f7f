/**
 * An OpenDocument spreadsheet (ODF 1.3, part 3), read as a stream from its `content.xml`: SheetJS would hold all of it,
 * and writes out cells that are said to repeat. Guards stand before it as before XLSX: declared sizes, counted output, no
 * entities. What one row says is in `open-document-row.ts`.
 */
import { MOST_WORKBOOK_CELLS, MOST_WORKBOOK_ROWS, type ZipLimits } from './limits.ts';
import { attributeOf, readDocumentRow, tagEnd } from './open-document-row.ts';
import type { SheetName, SheetRows, Sheets } from './sheets.ts';
import type { FileProblem } from './types.ts';
import { inflatePart, inflateSteps, type ZipPart } from './zip.ts';

const CONTENT = 'content.xml';
const MANIFEST = 'meta-inf/manifest.xml';
const TABLE = '<table:table';
const ROW = '<table:table-row';
const ROW_END = '</table:table-row>';
const TABLE_END = '</table:table>';
/** As in an XLSX: a sound row is far shorter. */
const LONGEST_ROW = 16 * 1024 * 1024;
const BEGINNING_ROWS = 60;

export async function openDocument(
  file: Blob,
  parts: ReadonlyMap<string, ZipPart>,
  limits: ZipLimits,
): Promise<Sheets | FileProblem> {
  const content = parts.get(CONTENT);
  if (!content) return 'brokenWorkbook';
  const manifest = parts.get(MANIFEST);
  const listed = manifest && (await inflatePart(file, manifest, limits));
  if (listed?.kind === 'bytes' && new TextDecoder().decode(listed.bytes).includes(':encryption-data'))
    return 'encryptedWorkbook';
  const texts = () => textsOf(file, content, limits);
  const sheets = await readSheetNames(texts());
  if (typeof sheets === 'string') return sheets;
  // A text document or a drawing has the same parts.
  if (sheets.length === 0) return 'unsupported';
  return { sheets, read: (index, extent) => readRows(texts(), index, extent) };
}

async function* textsOf(file: Blob, part: ZipPart, limits: ZipLimits): AsyncGenerator<string | Problem> {
  const decoder = new TextDecoder();
  for await (const step of inflateSteps(file, part, limits)) {
    if (step.kind !== 'bytes') return yield { problem: step.kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook' };
    yield decoder.decode(step.bytes, { stream: true });
  }
}

interface Problem {
  readonly problem: FileProblem;
}

/** Names stand at the beginning of each sheet, and which are hidden in a style before all of them (19.385). */
async function readSheetNames(texts: AsyncIterable<string | Problem>): Promise<readonly SheetName[] | FileProblem> {
  const sheets: SheetName[] = [];
  let hiding: ReadonlySet<string> | undefined;
  let text = '';
  for await (const more of texts) {
    if (typeof more !== 'string') return more.problem;
    text += more;
    if (hiding === undefined) {
      const body = text.indexOf('<office:spreadsheet');
      if (/<!(?:doctype|entity)/i.test(body === -1 ? text : text.slice(0, body))) return 'brokenWorkbook';
      if (body === -1 && text.length > LONGEST_ROW) return 'brokenWorkbook';
      if (body === -1) continue;
      hiding = hidingStyles(text.slice(0, body));
      text = text.slice(body);
    }
    let at = startOf(text, TABLE, 0);
    for (let end = at === -1 ? -1 : tagEnd(text, at); end !== -1; end = at === -1 ? -1 : tagEnd(text, at)) {
      const tag = text.slice(at, end);
      const style = attributeOf(tag, 'table:style-name');
      const state = style !== undefined && hiding.has(style) ? 'hidden' : 'visible';
      sheets.push({ name: attributeOf(tag, 'table:name') ?? '', state });
      text = text.slice(end);
      at = startOf(text, TABLE, 0);
    }
    // A tag may have begun.
    text = at === -1 ? text.slice(-TABLE.length - 1) : text.slice(at);
    if (text.length > LONGEST_ROW) return 'brokenWorkbook';
  }
  return sheets;
}

function hidingStyles(head: string): ReadonlySet<string> {
  const styles = head.split('<style:style ').slice(1);
  return new Set(
    styles
      .filter((style) => style.includes('style:family="table"') && style.includes('table:display="false"'))
      .flatMap((style) => attributeOf(` ${style}`, 'style:name') ?? []),
  );
}

async function readRows(
  texts: AsyncIterable<string | Problem>,
  index: number,
  extent: 'whole' | 'beginning',
): Promise<SheetRows | FileProblem> {
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  let hidden = 0;
  let cellCount = 0;
  let number = 0;
  let before = index + 1;
  let text = '';
  for await (const more of texts) {
    if (typeof more !== 'string') return more.problem;
    text += more;
    while (before > 0) {
      const at = startOf(text, TABLE, 0);
      const end = at === -1 ? -1 : tagEnd(text, at);
      if (end === -1) {
        text = at === -1 ? text.slice(-TABLE.length - 1) : text.slice(at);
        break;
      }
      text = text.slice(end);
      before--;
    }
    if (before > 0) continue;
    const taken = takeRows(text, ({ cells, repeat, state }) => {
      cellCount += cells?.length ?? 0;
      const times = cells ? Math.min(repeat, MOST_WORKBOOK_ROWS + 2 - rows.length) : 0;
      for (let time = 0; cells && time < times; time++) {
        rows.push(cells);
        numbers.push(number + time + 1);
      }
      if (state === 'hidden') hidden += times;
      number += repeat;
    });
    if (taken === 'broken') return 'brokenWorkbook';
    if (rows.length > MOST_WORKBOOK_ROWS + 1 || cellCount > MOST_WORKBOOK_CELLS) return 'workbookTooLarge';
    if (taken.ended || (extent === 'beginning' && rows.length >= BEGINNING_ROWS)) return { rows, numbers, hidden };
    text = text.slice(taken.end);
    if (text.length > LONGEST_ROW) return 'brokenWorkbook';
  }
  return 'brokenWorkbook';
}

/** Every row that is whole, up to the end of the sheet. */
function takeRows(text: string, take: (row: ReturnType<typeof readDocumentRow>) => void) {
  let end = 0;
  const sheetEnd = text.indexOf(TABLE_END);
  for (;;) {
    const start = startOf(text, ROW, end);
    if (sheetEnd !== -1 && (start === -1 || sheetEnd < start)) return { end, ended: true };
    if (start === -1) return { end, ended: false };
    const head = tagEnd(text, start);
    if (head === -1) return { end: start, ended: false };
    const isEmpty = text[head - 2] === '/';
    const close = isEmpty ? head : text.indexOf(ROW_END, head);
    if (close === -1) return { end: start, ended: false };
    const row = readDocumentRow(text.slice(start, head), isEmpty ? '' : text.slice(head, close));
    if (row.state === 'broken') return 'broken';
    take(row);
    end = isEmpty ? head : close + ROW_END.length;
  }
}

/** Of a tag with this name and no longer one. */
function startOf(text: string, tag: string, from: number): number {
  for (let at = text.indexOf(tag, from); at !== -1; at = text.indexOf(tag, at + 1)) {
    const next = text.charCodeAt(at + tag.length);
    if (next === 0x20 || next === 0x3e || next === 0x2f || next === 0x0a || next === 0x0d || next === 0x09) return at;
  }
  return -1;
}
