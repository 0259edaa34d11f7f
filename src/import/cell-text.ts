/**
 * What a cell of a workbook says, as text: a phone kept as a number is its digits, zeros that a format shows are there,
 * a date is written year first, whatever the sheet shows, so that nobody has to guess which number is the month.
 */
import type { CellObject } from 'xlsx';
import type * as SheetParser from './sheet-parser.ts';

type Parser = Pick<typeof SheetParser, 'isDateFormat' | 'formatNumber'>;

/** Excel keeps 15 digits of a number; of a longer one the rest is zeros that nobody typed. */
const GREATEST_EXACT = 1e15;
/** Days that the system of old Macs begins later: [MS-XLS] 2.4.77; ECMA-376 part 1, 18.17.4.1. */
const LATER_DAYS = 1_462;

export function numberToText(value: number): string {
  return Math.abs(value) < GREATEST_EXACT ? String(value) : value.toExponential().toUpperCase();
}

export function createCellReader(
  { isDateFormat, formatNumber }: Parser,
  dates: 'from1900' | 'from1904',
): (cell: CellObject) => string {
  const isDateByFormat = new Map<string, boolean>();
  const isDate = (format: string) => {
    const known = isDateByFormat.get(format);
    if (known !== undefined) return known;
    const answer = isDateFormat(format);
    isDateByFormat.set(format, answer);
    return answer;
  };
  const dateToText = (format: string, value: number) => {
    const days = value + (dates === 'from1904' ? LATER_DAYS : 0);
    // A time alone, or a length of time.
    if (!/[yd]/i.test(format.replace(/\[[^\]]*\]|"[^"]*"|\\./g, ''))) return formatNumber(format, value);
    return formatNumber(Number.isInteger(value) ? 'yyyy-mm-dd' : 'yyyy-mm-dd hh:mm:ss', days);
  };
  return ({ t, v, z }) => {
    if (t === 's') return typeof v === 'string' ? v : '';
    if (t === 'b') return v ? 'TRUE' : 'FALSE';
    if (t !== 'n' || typeof v !== 'number' || !Number.isFinite(v)) return '';
    if (typeof z === 'string' && z !== 'General') {
      // A format of zeros is how leading zeros are kept in a column of numbers.
      if (/^0{2,30}$/.test(z) && Number.isInteger(v) && v >= 0) return String(v).padStart(z.length, '0');
      if (isDate(z) && v >= 0) return dateToText(z, v);
    }
    return numberToText(v);
  };
}
