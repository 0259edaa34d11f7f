/** The import wizard's language: what was read, how columns are matched, what would happen, what happened. */
import type { ImportId, GroupId } from '#domain/ids';
import type { CharacteristicCell } from '#domain/characteristic';
import type { Consent, Field, SmsType, Status } from '#domain/contact';
import type { ScopedName } from '#domain/scope';
import type { NewCharacteristic, NewGroup } from '#log/types';

/** Why a file cannot be read at all; nothing was written. */
export const FILE_PROBLEMS = [
  'empty',
  'noRows',
  'binary',
  'brokenWorkbook',
  'encryptedWorkbook',
  'tooLarge',
  'workbookTooLarge',
  'zipBomb',
  'noKeyColumn',
  'unsupported',
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-kr',
  'windows-1252',
] as const;
export type Encoding = (typeof ENCODINGS)[number];
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/**
 * How the file is read; detected, shown, and open to correction. Sheet only for workbooks, delimiter only for text,
 * encoding for text and address cards, which have headings of our own.
 */
export interface Reading {
  readonly format: 'text' | 'workbook' | 'cards';
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly sheet?: string;
  readonly sheets: readonly string[];
  /**
   * Row of the headings, as a spreadsheet numbers it; what stands above it is no contact. `firstRow`: the first that
   * holds anything, as imports of earlier versions say it, which may lie half done.
   */
  readonly header: number | 'firstRow' | 'none';
}

/**
 * Each is given to one column at most, but tags and groups, which add up, and `name`: its parts are joined by the custom of their
 * script. A column of
 * consent whose heading names no channel speaks for every channel type that has no column of its own. `bindId` says for
 * which line or channel a row is; of what is a channel's alone (`app@`), where the heading does not say which.
 */
export type MappedField = Field | CharacteristicCell | ScopedName | 'tags' | 'groups' | 'bindId' | 'ignore';
/** `new`: a characteristic of the column's name, which may be there already: that is asked where settings are made. */
export type ProposedField = Field | ScopedName | 'tags' | 'groups' | 'bindId' | 'new' | 'ignore';

export interface ColumnMatch {
  readonly name: string;
  /** Three of its values. */
  readonly samples: readonly string[];
  readonly field: ProposedField | CharacteristicCell;
  /** What the proposal goes by: its heading, its values, or what was chosen for such a file before. */
  readonly confidence: 'name' | 'values' | 'memory' | 'none';
}

export interface FilePreview {
  readonly reading: Reading;
  readonly columns: readonly ColumnMatch[];
  /** The first eight rows as they will be read. */
  readonly rows: readonly (readonly string[])[];
  /** Of each of these, its number in the file. */
  readonly numbers: readonly number[];
  /** What the spreadsheet does not show: whether any of its first rows, which are read all the same, and which sheets. */
  readonly hidden: { readonly rows: 'some' | 'none'; readonly sheets: readonly string[] };
  /** Rows of the file that could be its headings, with what they begin with. */
  readonly headerChoices: readonly { readonly row: number; readonly text: string }[];
}

export type PreviewResult =
  | { readonly kind: 'preview'; readonly preview: FilePreview }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

export const CONFLICT_RULES = ['fillBlanks', 'overwrite', 'ignore'] as const;
export type ConflictRule = (typeof CONFLICT_RULES)[number];

/** A word of the file that nobody knows, and what it is told to mean. Words as they are compared: `wordOf` in `values.ts`. */
export type Meanings<Value> = readonly (readonly [word: string, means: Value])[];

/** Words of a column that mean nothing yet (IMP-4). */
export interface UnknownWord {
  readonly of: 'status' | 'consent';
  readonly word: string;
  readonly count: number;
}

export interface ImportSettings {
  readonly reading: Reading;
  /** A field a column, as in the file. */
  readonly fields: readonly MappedField[];
  /** ISO 3166 alpha-2, for phones without a country code (IMP-5). */
  readonly country: string;
  readonly conflicts: ConflictRule;
  /** At least one (IMP-10). */
  readonly groups: readonly GroupId[];
  readonly newGroups: readonly NewGroup[];
  /** Named by `fields`. Absent in what older versions kept. */
  readonly newCharacteristics?: readonly NewCharacteristic[];
  /** Where a column names groups: those that hold what stands between names, and those that nobody joins by hand. */
  readonly groupNames?: { readonly separated: readonly string[]; readonly dynamic: readonly string[] };
  readonly smsType?: SmsType;
  /** "Did these people consent?" (IMP-6), written where the file says nothing. */
  readonly consent: Extract<Consent, 'given' | 'unknown'>;
  /** Absent where no word needed one. */
  readonly meanings?: { readonly status: Meanings<Status>; readonly consent: Meanings<Consent> };
  /** Limits the import to contacts that exist. */
  readonly existing: 'all' | 'existingOnly';
}

/** What a row of the file comes to (IMP-6). `suppressed` is counted beside these: such a row is written too. */
export const ROW_OUTCOMES = ['new', 'changed', 'unchanged', 'twice', 'ignored', 'error'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

export type ImportFigures = Readonly<Record<RowOutcome, number>> & {
  readonly rows: number;
  readonly suppressed: number;
};

export const CELL_PROBLEMS = [
  'phoneInvalid',
  'phoneTooShort',
  'phoneRounded',
  'emailInvalid',
  'keyMissing',
  'fitsTwoContacts',
  'valueUnknown',
  'cellTooLong',
  'tagTooLong',
  'tagsTooMany',
  'idInvalid',
  'scopeInvalid',
  'scopeNeeded',
  'scopesTooMany',
  'keyScoped',
  'groupTooLong',
  'groupsTooMany',
  'groupDynamic',
  'quoteUnclosed',
] as const;
export type CellProblem = (typeof CELL_PROBLEMS)[number];

export interface RowProblem {
  /** Row of the file as a spreadsheet numbers it, the header included. */
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly problem: CellProblem;
  /** Index of the column, where mending this one cell can help. Absent too in what older versions kept. */
  readonly at?: number;
}

/** What a cell says in place of what the file says. */
export interface Mend {
  /** As `RowProblem` has it. */
  readonly row: number;
  /** Index of the column. */
  readonly at: number;
  readonly value: string;
}

/** What became of a file of errors. `mended`: the import is checked anew. `again`: it is written already, or more is mended than it holds. */
export type Continued =
  | { readonly kind: 'mended'; readonly id: ImportId; readonly cells: number }
  | { readonly kind: 'again'; readonly settings: ImportSettings }
  | { readonly kind: 'other' };

export interface ImportProgress {
  readonly importId: ImportId;
  readonly phase: 'keeping' | 'checking' | 'paused' | 'ready' | 'written' | 'failed' | 'cancelled';
  readonly rowsDone: number;
  /** Estimated from bytes read; exact once ready. */
  readonly rowsTotal: number;
  readonly rowsPerSecond: number;
  readonly figures: ImportFigures;
  readonly failure?: FileProblem | 'storageFull';
}

/** A row of the list of imports, and of what a closed tab left behind. */
export interface ImportSummary {
  readonly id: ImportId;
  readonly fileName: string;
  readonly startedAt: number;
  readonly phase: ImportProgress['phase'];
  readonly settings: ImportSettings;
  readonly figures: ImportFigures;
  /** Why it stopped, where that has a name; what was checked by then is kept, and it can be gone on with. */
  readonly failure?: ImportProgress['failure'];
}

export interface RowSample {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly cells: readonly string[];
}
