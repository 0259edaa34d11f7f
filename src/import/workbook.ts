/**
 * An XLSX workbook: which sheets it has, and the rows of one. Guards stand before the parser: the archive's list is
 * looked at before anything is inflated, only the parts needed are inflated and counted, no part may declare entities.
 */
import { ZIP_LIMITS, type ZipLimits } from './limits.ts';
import type { FileProblem } from './types.ts';
import { inflatePart, readZipDirectory, type ZipPart } from './zip.ts';

export interface Sheet {
  readonly name: string;
  readonly state: 'visible' | 'hidden';
  /** Of its part in the archive, lower case. */
  readonly path: string;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /**
   * The parts that the parser needs for one sheet, inflated. `beginning`: of the sheet itself only its first rows.
   * A problem where a part is broken or is more than it said.
   */
  readonly parts: (sheet: Sheet, extent: 'whole' | 'beginning') => Promise<SheetParts | FileProblem>;
}

/** Inflated bytes by the part's name. */
export type SheetParts = ReadonlyMap<string, Uint8Array>;

const TYPES = '[content_types].xml';
const BOOK = 'xl/workbook.xml';
const RELATIONS = 'xl/_rels/workbook.xml.rels';
const NEEDED = [TYPES, '_rels/.rels', BOOK, RELATIONS, 'xl/sharedstrings.xml', 'xl/styles.xml'];
/** Of a sheet, inflated: more than a hundred rows of the widest list. */
const BEGINNING_BYTES = 512 * 1024;

export async function openWorkbook(file: Blob, limits: ZipLimits = ZIP_LIMITS): Promise<Workbook | FileProblem> {
  const directory = await readZipDirectory(file, limits);
  if (directory.kind !== 'parts') return directory.kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook';
  const { parts } = directory;
  // An archive of another kind: a document, a presentation, an OpenDocument or binary workbook.
  if (!parts.has(BOOK) || !parts.has(TYPES))
    return parts.has(TYPES) && !isOtherOffice(parts) ? 'brokenWorkbook' : 'unsupported';
  const book = await readText(BOOK);
  const relations = await readText(RELATIONS);
  if (!isText(book)) return book.problem;
  if (!isText(relations)) return relations.problem;
  const sheets = sheetsOf(book.text, relations.text).filter((sheet) => parts.has(sheet.path));
  if (sheets.length === 0) return 'brokenWorkbook';

  async function read(name: string, atMost?: number): Promise<Uint8Array | FileProblem> {
    const part = parts.get(name);
    if (!part) return 'brokenWorkbook';
    const inflated = await inflatePart(file, part, limits, atMost);
    if (inflated.kind !== 'bytes') return inflated.kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook';
    return declaresEntities(inflated.bytes) ? 'brokenWorkbook' : inflated.bytes;
  }
  async function readText(name: string): Promise<{ readonly text: string } | { readonly problem: FileProblem }> {
    const bytes = await read(name);
    return typeof bytes === 'string' ? { problem: bytes } : { text: new TextDecoder().decode(bytes) };
  }

  return {
    sheets,
    async parts(sheet, extent) {
      const found = new Map<string, Uint8Array>();
      for (const name of [...NEEDED, sheet.path]) {
        if (!parts.has(name)) continue;
        const cut = extent === 'beginning' && name === sheet.path;
        const bytes = await read(name, cut ? BEGINNING_BYTES : undefined);
        if (typeof bytes === 'string') return bytes;
        found.set(parts.get(name)?.name ?? name, cut && bytes.length === BEGINNING_BYTES ? closeSheet(bytes) : bytes);
      }
      return found;
    },
  };
}

const isText = (
  read: { readonly text: string } | { readonly problem: FileProblem },
): read is { readonly text: string } => 'text' in read;
const isOtherOffice = (parts: ReadonlyMap<string, ZipPart>): boolean =>
  ['word/document.xml', 'ppt/presentation.xml', 'xl/workbook.bin'].some((name) => parts.has(name));

/** ECMA-376 part 1, 18.2.19: a sheet has a name, a state and the id of a relation, which has the path. */
function sheetsOf(book: string, relations: string): Sheet[] {
  const pathById = new Map<string, string>();
  for (const tag of relations.match(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []) {
    const id = attribute(tag, 'Id');
    const target = attribute(tag, 'Target');
    if (id !== undefined && target !== undefined && /worksheet"/.test(tag)) pathById.set(id, pathOf(target));
  }
  const sheets: Sheet[] = [];
  for (const tag of book.match(/<(?:\w+:)?sheet\s[^>]*>/g) ?? []) {
    const path = pathById.get(attribute(tag, '\\w+:id') ?? '');
    const name = attribute(tag, 'name');
    if (path === undefined || name === undefined) continue;
    sheets.push({ name, path, state: /hidden/i.test(attribute(tag, 'state') ?? '') ? 'hidden' : 'visible' });
  }
  return sheets;
}

const pathOf = (target: string): string =>
  (target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`).toLowerCase();

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return (value?.[1] ?? value?.[2])?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, unescapeEntity);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...([
    ['amp', '&'],
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['apos', "'"],
  ] as const),
]);
function unescapeEntity(whole: string, decimal?: string, hex?: string, name?: string): string {
  const code =
    decimal !== undefined ? Number.parseInt(decimal, 10) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
  if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  return ENTITIES.get(name ?? '') ?? whole;
}

/** `<!DOCTYPE` and `<!ENTITY` have no place in a workbook; in a cell's text the `<` would be written out. */
function declaresEntities(bytes: Uint8Array): boolean {
  const [less, mark] = [0x3c, 0x21];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (bytes[at - 1] !== less) continue;
    const next = bytes[at + 1] ?? 0;
    // D and E, in either case.
    if ((next | 0x20) === 0x64 || (next | 0x20) === 0x65) return true;
  }
  // Two bytes a letter would hide the words; no spreadsheet writes such parts.
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** A sheet cut off anywhere, ended after its last whole row. */
function closeSheet(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(bytes);
  const ends = [...text.matchAll(/<\/((?:\w+:)?)row>/g)];
  const last = ends.at(-1);
  if (!last) return bytes;
  const prefix = last[1] ?? '';
  const tail = new TextEncoder().encode(`</${prefix}sheetData></${prefix}worksheet>`);
  const closed = new Uint8Array(last.index + last[0].length + tail.length);
  closed.set(bytes.subarray(0, last.index + last[0].length));
  closed.set(tail, last.index + last[0].length);
  return closed;
}
