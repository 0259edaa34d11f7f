/**
 * Raw rows → columns of normalised cells, and what is wrong with which row. Pure: the same rows come to the same, in
 * any worker. A row in error is left out whole and said; it never stops another. Who is new, changed or twice is not
 * decided here but by the audience.
 */
import { STRICT_FIELDS, type Field } from '#domain/contact';
import { isProblem, problemOf, type CellReader } from './cell-reader.ts';
import type { ReadOthers } from './cells-by-row.ts';
import { createGroupColumns, type ReadGroups } from './check-groups.ts';
import { createOtherColumns, type OtherParts } from './check-others.ts';
import { cleanText, isPlaceholder, SEVERAL, toPlainForms } from './clean-text.ts';
import { columnName } from './column-name.ts';
import { readEmail } from './email.ts';
import { NAMES_BY_FIELD } from './column-names.ts';
import { LONGEST_CELL } from './limits.ts';
import { isGeneralConsent, namePart, type NamePart } from './match-columns.ts';
import { joinNameParts } from './person-name.ts';
import { createPhoneReader, isPhoneProblem } from './phone.ts';
import type { RowSlice } from './row-source.ts';
import type { CellProblem, ImportSettings, MappedField, RowProblem } from './types.ts';
import { readBlocked, readConsent, readSmsType, readStatus } from './values.ts';

export interface CheckedRows {
  /** How many rows are without error. */
  readonly count: number;
  /** As long as `count`; an empty string where the cell is empty. */
  readonly columns: { readonly [F in Field]?: readonly string[] };
  /** Index into the slice's rows, for each row without error. */
  readonly indexes: Int32Array;
  readonly problems: readonly RowProblem[];
  /** Characteristics, tags, and what is for a line or a channel, where the file has such columns. */
  readonly others?: ReadOthers;
  /** Tags, and scopes of rows, that no slice before had. */
  readonly tags?: readonly string[];
  readonly scopes?: readonly string[];
  /** Which groups each row joins, where a column names them. */
  readonly groups?: ReadGroups;
}

export type CheckSettings = Pick<
  ImportSettings,
  'fields' | 'country' | 'smsType' | 'consent' | 'meanings' | 'groupNames'
>;
export type SliceChecker = (slice: Pick<RowSlice, 'rows' | 'numbers' | 'damaged'>) => CheckedRows;

const TOO_LONG = problemOf('cellTooLong');
const UNKNOWN_VALUE = problemOf('valueUnknown');

interface ReadColumn {
  readonly at: number;
  readonly field: Field;
  readonly read: CellReader;
}

/** Shown beside a problem; a value may be a whole page that a quote swallowed. */
const SHOWN = 200;
const CONSENTS = STRICT_FIELDS.filter((field) => field.startsWith('consent:'));

/** Where nobody can mean tags: one contact, typed. */
const NO_TAGS: OtherParts = {
  idOf: () => {
    throw new Error('no tags are read here');
  },
  ...{ known: [], knownScopes: [] },
};

export function createSliceChecker(
  settings: CheckSettings,
  header: readonly string[],
  tags: OtherParts = NO_TAGS,
): SliceChecker {
  const groups = createGroupColumns(settings.fields, { before: tags.knownGroups ?? [], known: settings.groupNames });
  const readers = createReaders(settings);
  const others = createOtherColumns(settings.fields, tags, readers);
  const columns: ReadColumn[] = [];
  settings.fields.forEach((field, at) => {
    if (!isField(field) || field === 'name') return;
    columns.push({ at, field, read: readers[field] });
  });
  const names = settings.fields.flatMap((field, at) => (field === 'name' ? [at] : []));
  const nameParts = names.map((at) => namePart(header[at] ?? ''));
  const general = columns.find(({ at, field }) => field.startsWith('consent:') && isGeneralConsent(header[at] ?? ''));
  const alsoConsents = general ? CONSENTS.filter((field) => !settings.fields.includes(field)) : [];
  const keyColumn = columns.find(({ field }) => field === 'userId' || field === 'phone' || field === 'email');

  return ({ rows, numbers, damaged }) => {
    const problems: RowProblem[] = [];
    const indexes = new Int32Array(rows.length);
    const out: { [F in Field]?: string[] } = {};
    const columnOf = (field: Field): string[] => (out[field] ??= new Array<string>(rows.length));
    const targets = columns.map(({ field }) => columnOf(field));
    const nameTarget = names.length > 0 ? columnOf('name') : undefined;
    let count = 0;
    let index = 0;
    let row: readonly string[] = [];
    // Once a slice: a closure a row would be a million of them.
    const report = (at: number, value: string, problem: CellProblem) =>
      problems.push({
        row: numbers[index] ?? 0,
        column: nameOf(header, at),
        value: value.slice(0, SHOWN),
        problem,
        at,
      });
    const reportCell = (at: number, problem: CellProblem) => report(at, row[at] ?? '', problem);
    others?.begin(rows.length);
    groups?.begin(rows.length);

    for (; index < rows.length; index++) {
      row = rows[index] ?? [];
      const before = problems.length;
      const damage = damaged.get(index);
      if (damage) {
        const value = row.join(' ').slice(0, SHOWN);
        problems.push({ row: numbers[index] ?? 0, column: '', value, problem: damage });
        continue;
      }
      for (let each = 0; each < columns.length; each++) {
        const column = columns[each] as ReadColumn;
        const raw = row[column.at] ?? '';
        const value = raw === '' ? '' : raw.length > LONGEST_CELL ? TOO_LONG : column.read(raw);
        if (isProblem(value)) report(column.at, raw, value.slice(1) as CellProblem);
        (targets[each] as string[])[count] = value;
      }
      if (nameTarget) {
        const name = names.length === 1 ? readName(row[names[0] ?? 0] ?? '') : joinName(row, names, nameParts);
        if (name === TOO_LONG) report(names[0] ?? 0, row[names[0] ?? 0] ?? '', 'cellTooLong');
        nameTarget[count] = name;
      }
      others?.read(row, reportCell, out, count);
      groups?.read(row, reportCell);
      if (problems.length > before) {
        others?.drop();
        groups?.drop();
        continue;
      }
      if (!out.userId?.[count] && !out.phone?.[count] && !out.email?.[count]) {
        report(keyColumn?.at ?? 0, '', others?.keyProblem() ?? 'keyMissing');
        others?.drop();
        groups?.drop();
        continue;
      }
      others?.keep();
      groups?.keep();
      indexes[count] = index;
      count++;
    }
    // What the row in error at the end had written.
    for (const column of Object.values(out)) column.length = count;
    if (general) for (const field of alsoConsents) out[field] = [...columnOf(general.field)];
    addAnswers(out, settings, count);
    const named = groups && { groups: groups.end() };
    return { count, columns: out, indexes: indexes.subarray(0, count), problems, ...others?.end(), ...named };
  };
}

const isField = (field: MappedField): field is Field => Object.hasOwn(NAMES_BY_FIELD, field);

type Readers = { readonly [F in Exclude<Field, 'name'>]: CellReader };

function createReaders({ country, meanings }: CheckSettings): Readers {
  const readPhone = createPhoneReader(country);
  const statuses = new Map(meanings?.status);
  const consents = new Map(meanings?.consent);
  const consent = remembered((text) => readConsent(text) ?? consents.get(text.toLowerCase()) ?? UNKNOWN_VALUE);
  return {
    userId: (raw) => {
      const text = cleanText(raw);
      if (isPlaceholder(text)) return '';
      return isRounded(text) ? UNKNOWN_VALUE : text;
    },
    phone: firstOfSeveral((raw) => {
      const reading = readPhone(raw);
      if (!isPhoneProblem(reading)) return reading;
      const text = cleanText(raw);
      return text === '' || isPlaceholder(text) ? '' : problemOf(reading);
    }),
    email: firstOfSeveral((raw) => {
      const address = readEmail(raw);
      if (address !== undefined) return address;
      const text = cleanText(raw);
      return text === '' || isPlaceholder(text) ? '' : problemOf('emailInvalid');
    }),
    smsType: remembered((text) => readSmsType(text) ?? UNKNOWN_VALUE),
    status: remembered((text) => readStatus(text) ?? statuses.get(text.toLowerCase()) ?? UNKNOWN_VALUE),
    blocked: remembered((text) => readBlocked(text) ?? UNKNOWN_VALUE),
    'consent:sms': consent,
    'consent:email': consent,
    'consent:webhook': consent,
  };
}

/** Looked for only where the cell as it is says nothing. */
const firstOfSeveral =
  (read: CellReader): CellReader =>
  (raw) => {
    const value = read(raw);
    return isProblem(value) && raw.includes(SEVERAL) ? read(raw.slice(0, raw.indexOf(SEVERAL))) : value;
  };

/** A number with more digits than a spreadsheet keeps: as a key it would join strangers. */
const isRounded = (text: string): boolean => /^\d(?:[.,]\d+)?e\+\d{1,2}$/i.test(text);

/** Columns of few words: each is looked up once. An empty cell after cleaning says nothing. */
function remembered(read: (text: string) => string): CellReader {
  const known = new Map<string, string>();
  return (raw) => {
    const found = known.get(raw);
    if (found !== undefined) return found;
    const text = cleanText(raw);
    const value = text === '' ? '' : read(toPlainForms(text));
    if (known.size < 1_000) known.set(raw, value);
    return value;
  };
}

function readName(raw: string): string {
  return raw.length > LONGEST_CELL ? TOO_LONG : cleanText(raw);
}

/** Whichever column comes first. */
function joinName(row: readonly string[], at: readonly number[], parts: readonly NamePart[]): string {
  const values = at.map((column) => readName(row[column] ?? ''));
  if (values.includes(TOO_LONG)) return TOO_LONG;
  const of = (part: NamePart) => values.filter((_, index) => parts[index] === part);
  return joinNameParts({ given: of('given'), family: of('family'), whole: of('whole') });
}

/** What was answered for all, where the file says nothing: the SMS type beside a phone, consent that was given. */
function addAnswers(out: { [F in Field]?: string[] }, settings: CheckSettings, count: number): void {
  const { smsType, consent } = settings;
  if (smsType !== undefined && out.phone) fill(out, 'smsType', count, smsType, out.phone);
  if (consent !== 'given') return;
  if (out.phone) fill(out, 'consent:sms', count, 'given', out.phone);
  if (out.email) fill(out, 'consent:email', count, 'given', out.email);
  fill(out, 'consent:webhook', count, 'given');
}

/** Cells that the file leaves empty; with `beside`, where that column says something. */
function fill(
  out: { [F in Field]?: string[] },
  field: Field,
  count: number,
  answer: string,
  beside?: readonly string[],
): void {
  const column = (out[field] ??= new Array<string>(count).fill(''));
  for (let index = 0; index < count; index++)
    if (column[index] === '' && beside?.[index] !== '') column[index] = answer;
}

/** A column without a heading goes by its letter. */
function nameOf(header: readonly string[], column: number): string {
  const name = header[column]?.trim();
  return name ? name.slice(0, SHOWN) : columnName(column);
}
