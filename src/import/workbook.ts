/**
 * An XLSX workbook: which sheets it has, and the raw XML of one, piece by piece. Guards stand before any parser: the
 * archive's list is looked at before anything is inflated, only the parts needed are inflated and counted, and no part
 * may declare entities. What cells mean is left to `sheet-rows.ts`.
 */
import { ZIP_LIMITS, type ZipLimits } from './limits.ts';
import type { SheetName } from './sheets.ts';
import type { FileProblem } from './types.ts';
import { inflatePart, inflateSteps, readZipDirectory, type ZipPart } from './zip.ts';

export interface Sheet extends SheetName {
  /** Of its part in the archive, lower case. */
  readonly path: string;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Where its count of days begins. */
  readonly dates: 'from1900' | 'from1904';
  /** Number formats. Undefined where it has none. */
  readonly styles: () => Promise<string | Problem | undefined>;
  /** The raw `<si>…` of each shared string, without its end tag. */
  readonly strings: () => Promise<readonly string[] | Problem>;
  /** Runs of whole `<row>` elements, in order; ended by what is wrong, where something is. */
  readonly pieces: (sheet: Sheet) => AsyncGenerator<SheetPiece | Problem>;
}

export interface SheetPiece {
  readonly rows: string;
  /** Of the namespace, with its colon; mostly empty. */
  readonly prefix: string;
}
export interface Problem {
  readonly problem: FileProblem;
}
export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'problem' in value;

const TYPES = '[content_types].xml';
const BOOK = 'xl/workbook.xml';
const RELATIONS = 'xl/_rels/workbook.xml.rels';
const STRINGS = 'xl/sharedstrings.xml';
const STYLES = 'xl/styles.xml';
/** Characters of rows that are parsed at a time: some 5,000 rows of a usual list. */
const PIECE = 2 * 1024 * 1024;
/** The first piece is small, since a preview needs no more. */
const FIRST_PIECE = 256 * 1024;
/** One row has at most 16,384 cells of at most 32,767 characters; a sound one is far shorter than this. */
const LONGEST_ROW = 16 * 1024 * 1024;

export async function openWorkbook(file: Blob, limits: ZipLimits = ZIP_LIMITS): Promise<Workbook | Problem> {
  const directory = await readZipDirectory(file, limits);
  if (directory.kind !== 'parts') return { problem: directory.kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook' };
  const { parts } = directory;
  if (!parts.has(BOOK) || !parts.has(TYPES))
    return { problem: isOfAnotherKind(parts) ? 'unsupported' : 'brokenWorkbook' };

  async function read(name: string): Promise<string | Problem> {
    const part = parts.get(name);
    if (!part) return { problem: 'brokenWorkbook' };
    const inflated = await inflatePart(file, part, limits);
    if (inflated.kind !== 'bytes') return problemOf(inflated.kind);
    const text = new TextDecoder().decode(inflated.bytes);
    return declaresEntities(text) ? { problem: 'brokenWorkbook' } : text;
  }

  const book = await read(BOOK);
  if (isProblem(book)) return book;
  const relations = await read(RELATIONS);
  if (isProblem(relations)) return relations;
  const sheets = sheetsOf(book, relations).filter((sheet) => parts.has(sheet.path));
  if (sheets.length === 0) return { problem: 'brokenWorkbook' };

  return {
    sheets,
    dates: /<(?:\w+:)?workbookPr\s[^<>]*\bdate1904=["'](?:1|true)["']/.test(book) ? 'from1904' : 'from1900',
    styles: async () => (parts.has(STYLES) ? read(STYLES) : undefined),
    async strings() {
      if (!parts.has(STRINGS)) return [];
      const text = await read(STRINGS);
      if (isProblem(text)) return text;
      const ended = text.split(/<\/(?:\w+:)?si>|<(?:\w+:)?si\s*\/>/);
      return ended.slice(0, -1);
    },
    pieces: (sheet) => cutSheet(file, parts.get(sheet.path) as ZipPart, limits),
  };
}

async function* cutSheet(file: Blob, part: ZipPart, limits: ZipLimits): AsyncGenerator<SheetPiece | Problem> {
  const decoder = new TextDecoder();
  let text = '';
  let prefix: string | undefined;
  let wanted = FIRST_PIECE;
  for await (const step of inflateSteps(file, part, limits)) {
    if (step.kind !== 'bytes') return yield problemOf(step.kind);
    text += decoder.decode(step.bytes, { stream: true });
    if (prefix === undefined) {
      const head = /<((?:\w+:)?)sheetData\s*>/.exec(text);
      // What stands before the rows, entities too, never reaches a parser; that it declares some is reason enough.
      if (declaresEntities(head ? text.slice(0, head.index) : text)) return yield { problem: 'brokenWorkbook' };
      if (!head) continue;
      prefix = head[1] ?? '';
      text = text.slice(head.index + head[0].length);
    }
    if (text.length < wanted) continue;
    const end = endOfRows(text, prefix);
    if (end === 0 && text.length > LONGEST_ROW) return yield { problem: 'brokenWorkbook' };
    if (end === 0) continue;
    yield { rows: text.slice(0, end), prefix };
    text = text.slice(end);
    wanted = PIECE;
  }
  const end = prefix === undefined ? 0 : endOfRows(text, prefix);
  if (prefix !== undefined && end > 0) yield { rows: text.slice(0, end), prefix };
}

function endOfRows(text: string, prefix: string): number {
  const tag = `</${prefix}row>`;
  const last = text.lastIndexOf(tag);
  return last === -1 ? 0 : last + tag.length;
}

const problemOf = (kind: 'broken' | 'bomb'): Problem => ({ problem: kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook' });
/** A document, a presentation, a binary or OpenDocument workbook, or no office file at all. */
const isOfAnotherKind = (parts: ReadonlyMap<string, ZipPart>): boolean =>
  !parts.has(TYPES) || ['word/document.xml', 'ppt/presentation.xml', 'xl/workbook.bin'].some((name) => parts.has(name));

/** `<!DOCTYPE` and `<!ENTITY` have no place in a workbook; in a cell's text the `<` would be written out. */
const declaresEntities = (text: string): boolean => /<!(?:doctype|entity)/i.test(text);

/** ECMA-376 part 1, 18.2.19: a sheet has a name, a state and the id of a relation, which has the path. */
function sheetsOf(book: string, relations: string): Sheet[] {
  const pathById = new Map<string, string>();
  for (const tag of relations.match(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []) {
    const id = attribute(tag, 'Id');
    const target = attribute(tag, 'Target');
    const isSheet = attribute(tag, 'Type')?.endsWith('/worksheet') === true;
    if (id !== undefined && target !== undefined && isSheet) pathById.set(id, pathOf(target));
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

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);
function unescapeEntity(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return ENTITIES.get(name) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
