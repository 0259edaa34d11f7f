/** A workbook as rows of text, whatever its format; how it is read is not known here. */
import type { FileProblem } from './types.ts';

export interface SheetName {
  readonly name: string;
  readonly state: 'visible' | 'hidden';
}

export interface SheetRows {
  /** Rows that hold anything. */
  readonly rows: readonly (readonly string[])[];
  /** Their numbers as a spreadsheet shows them, from 1. */
  readonly numbers: readonly number[];
  /** How many of them the spreadsheet does not show. They are read all the same. */
  readonly hidden: number;
}

export interface Sheets {
  readonly sheets: readonly SheetName[];
  /** `beginning`: as much as a preview needs. */
  readonly read: (index: number, extent: 'whole' | 'beginning') => Promise<SheetRows | FileProblem>;
}
