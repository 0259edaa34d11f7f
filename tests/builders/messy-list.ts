/**
 * A customer list as it comes from shops: spellings of one number, doubles, wrong numbers, names with commas, quotes
 * and line ends, blanks where nobody looks. What must come of it is known by construction, not by any code of ours.
 */
import { writeFile } from 'node:fs/promises';
import { utils, write } from 'xlsx';

export interface MessyList {
  readonly rows: number;
  /** Persons in it: rows that are neither doubles nor wrong. */
  readonly people: number;
  readonly doubles: number;
  readonly wrong: number;
  /** Of the people, those with a phone, and with an email. */
  readonly withPhone: number;
  readonly withEmail: number;
}

const HEADER = ['客户编号', '姓名', '手机号', '邮箱', '城市', '备注'];

/** Spellings that a person would call the same number. */
const SPELLINGS: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `+86 ${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`,
  (digits) => `0086${digits}`,
  (digits) => `86-${digits.slice(0, 3)}-${digits.slice(3)}`,
  (digits) => [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
  (digits) => `\u00a0${digits}\u200b`,
  (digits) => `'${digits}`,
];

export function buildMessyRows(people: number): {
  readonly rows: readonly (readonly string[])[];
  readonly list: MessyList;
} {
  const rows: string[][] = [];
  let doubles = 0;
  let wrong = 0;
  let withPhone = 0;
  let withEmail = 0;
  for (let index = 0; index < people; index += 1) {
    const digits = `138${String(10_000_000 + index * 7)}`;
    const hasPhone = index % 10 !== 9;
    const hasEmail = index % 3 !== 1 || !hasPhone;
    const email = hasEmail ? `person${String(index)}@Example.com` : '';
    if (hasPhone) withPhone += 1;
    if (hasEmail) withEmail += 1;
    rows.push([
      '',
      nameOf(index),
      hasPhone ? (SPELLINGS[index % SPELLINGS.length] ?? String)(digits) : '',
      email,
      '上海',
      noteOf(index),
    ]);
    if (index % 50 === 3 && hasPhone) {
      // The same person again, spelt in another way.
      rows.push(['', nameOf(index), (SPELLINGS[(index + 1) % SPELLINGS.length] ?? String)(digits), '', '', 'again']);
      doubles += 1;
    }
    if (index % 100 === 7) {
      rows.push(['', 'Wrong number', '138-12', '', '北京', '']);
      wrong += 1;
    }
    if (index % 100 === 57) {
      rows.push(['', 'Nobody', '', 'no mail at all', '北京', '']);
      wrong += 1;
    }
  }
  return { rows, list: { rows: rows.length, people, doubles, wrong, withPhone, withEmail } };
}

/** UTF-8 with BOM, CRLF, some cells quoted, line ends inside quotes. */
export async function writeMessyCsv(file: string, people: number): Promise<MessyList> {
  const { rows, list } = buildMessyRows(people);
  const text = [HEADER, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n');
  await writeFile(file, `\ufeff${text}\r\n`);
  return list;
}

export async function writeMessyWorkbook(file: string, people: number): Promise<MessyList> {
  const { rows, list } = buildMessyRows(people);
  const workbook = utils.book_new();
  utils.book_append_sheet(workbook, utils.aoa_to_sheet([HEADER, ...rows.map((row) => [...row])]), '客户');
  await writeFile(file, write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  return list;
}

function nameOf(index: number): string {
  return index % 40 === 0
    ? `"Mia", Müller ${String(index)}`
    : index % 25 === 0
      ? `李\n伟 ${String(index)}`
      : `张伟${String(index)}`;
}

function noteOf(index: number): string {
  return index % 30 === 0 ? 'came twice,\nwants "VIP"' : '';
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
