/**
 * Lists as shops export them, from a seed: some of the same people in each, spelled in other ways, under other headings,
 * in other encodings, with wrong numbers, words, ragged and empty rows. What comes of them is not known here.
 */
import { utils, write } from 'xlsx';
import type { Encoding } from '#import/types';
import { encodeAs } from '../import/encode-as.ts';
import type { Dice } from './dice.ts';

export interface MessyFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Person {
  readonly id: string;
  readonly digits: string;
  readonly email: string;
  readonly name: string;
}

interface Column {
  readonly headings: readonly string[];
  readonly cell: (person: Person, dice: Dice) => string;
}

const LATIN_NAMES = ['Ana Lima', 'Müller, Jörg', 'O’Brien', 'José "Pepe" Gil', 'Zoë', 'ANA LIMA'];
/** In all of the encodings. */
const PLAIN_NAMES = ['Ana Lima', "O'Brien", 'Gil, Pepe "the"', 'ANA LIMA'];
const CHINESE_NAMES = ['张伟', '王芳', '李 娜', '歐陽', '张伟(二)'];
const SPELLINGS: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `+86 ${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`,
  (digits) => `0086${digits}`,
  (digits) => `86-${digits.slice(0, 3)}-${digits.slice(3)}`,
  (digits) => `'${digits}`,
  (digits) => `(${digits.slice(0, 3)})${digits.slice(3)}`,
  (digits) => digits.slice(0, 6),
  (digits) => `${digits.slice(0, 1)}.${digits.slice(1, 3)}E+10`,
];

/** Now and then nothing stands where something could. */
const often =
  (cell: Column['cell']): Column['cell'] =>
  (person, dice) =>
    dice.chance(0.75) ? cell(person, dice) : '';
const word = (...words: readonly string[]): Column['cell'] => often((_, dice) => dice.pick(words));

const COLUMNS: readonly Column[] = [
  { headings: ['User ID', '客户编号', 'uid'], cell: often(({ id }) => id) },
  {
    headings: ['Phone', '手机号', 'Mobile'],
    cell: often(({ digits }, dice) => (dice.chance(0.7) ? digits : dice.pick(SPELLINGS)(digits))),
  },
  {
    headings: ['Email', '邮箱', 'E-mail'],
    cell: often(({ email }, dice) => dice.pick([email, email, email.toUpperCase(), ` ${email} `, 'none'])),
  },
  { headings: ['Name', '姓名'], cell: ({ name }, dice) => dice.pick([name, name, ` ${name}`, name.toLowerCase(), '']) },
  { headings: ['Status', '状态'], cell: word('active', 'inactive', 'YES', '0') },
  { headings: ['Blocked', '拉黑'], cell: word('no', 'no', 'no', 'yes') },
  { headings: ['SMS consent'], cell: word('yes', 'no', 'unknown', 'given') },
  { headings: ['Consent', '同意'], cell: word('yes', 'yes', 'no', '-') },
  { headings: ['Tags', '标签'], cell: word('VIP', 'vip; press', 'Press|VIP', ';;', 'new,VIP') },
  { headings: ['City', '城市'], cell: word('Praha', 'Brno', ' Praha ', '=1+1') },
  { headings: ['Note', '备注'], cell: word('came twice', 'a "quoted" word', 'one; two', 'x'.repeat(300)) },
  {
    headings: ['Phone@shop', '手机号@shop'],
    cell: often(({ digits }, dice) => dice.pick(SPELLINGS.slice(0, 6))(digits.replace('138', '139'))),
  },
  { headings: ['Tags@shop', '标签@shop'], cell: word('VIP', 'vip; press', ';;') },
  { headings: ['OpenID@oa1', '公众号OpenID@oa1'], cell: word('o6_bmjrPTlm6', 'oGZUI0egBJY', 'not one', 'null') },
  { headings: ['DingTalk ID', '钉钉ID'], cell: often(({ id }, dice) => dice.pick([id, ` ${id} `, '-'])) },
  { headings: ['bind_id', '绑定ID'], cell: word('all', 'shop', 'shop', 'app1', 'no scope') },
  { headings: ['Registration ID', '注册ID'], cell: word('1104a89792bb', '1104a89792bb, 191e35f7e07', '') },
];
const ENCODINGS: readonly Encoding[] = ['utf-8', 'utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'];

/** Files of one shop share their people: `shop` is a seed. `keys`: whether now and then two people share one. */
export function buildMessyFile(dice: Dice, shop: number, keys: 'own' | 'shared'): MessyFile {
  const encoding = dice.pick(ENCODINGS);
  const latin = encoding === 'gb18030' ? PLAIN_NAMES : LATIN_NAMES;
  const names = encoding === 'windows-1252' ? latin : [...latin, ...CHINESE_NAMES];
  const chosen = COLUMNS.filter((_, at) => (at === 1 ? dice.chance(0.9) : dice.chance(at < 4 ? 0.6 : 0.4)));
  const columns = chosen.some(({ headings }) => /^(?:Phone|User ID|Email)$/.test(headings[0] ?? ''))
    ? chosen
    : [...COLUMNS.slice(1, 2), ...chosen];
  const headings = columns.map(({ headings: [first = '', ...others] }) =>
    encoding === 'windows-1252' ? first : dice.pick([first, first, ...others]),
  );
  const rows: string[][] = dice.chance(0.2) ? [['Customers of the shop'], []] : [];
  rows.push(headings);
  for (let count = 5 + dice.below(60); count > 0; count -= 1) {
    const number = dice.below(90);
    const person: Person = {
      id: `C-${String(number)}`,
      digits: `138${String(10_000_000 + shop * 1_000 + number)}`,
      email: `person${String(number)}@example.com`,
      name: names[number % names.length] ?? '',
    };
    // Two people who share a key, now and then: nobody can say which of them is meant.
    const other =
      keys === 'shared' && dice.chance(0.05)
        ? { ...person, email: `person${String(dice.below(90))}@example.com` }
        : person;
    const row = columns.map(({ cell }) => cell(other, dice));
    if (dice.chance(0.03)) row.length = 1;
    if (dice.chance(0.03)) row.push('too', 'many');
    rows.push(row);
    if (dice.chance(0.03)) rows.push([]);
  }
  if (dice.chance(0.2)) return { name: 'shop.xlsx', bytes: workbookOf(rows) };
  return { name: 'shop.csv', bytes: encodeText(rows, encoding, dice) };
}

function encodeText(rows: readonly (readonly string[])[], encoding: Encoding, dice: Dice): Uint8Array<ArrayBuffer> {
  const delimiter = dice.pick([',', ',', ';', '\t']);
  const isQuoted = dice.chance(0.3);
  const quoted = (cell: string) =>
    isQuoted || /["\n\r]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const text = rows.map((row) => row.map(quoted).join(delimiter)).join(dice.pick(['\n', '\r\n']));
  const isMarked = encoding.startsWith('utf-16') || (encoding === 'utf-8' && dice.chance(0.5));
  return encodeAs(`${isMarked ? '\ufeff' : ''}${text}\n`, encoding);
}

function workbookOf(rows: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const book = utils.book_new(utils.aoa_to_sheet(rows.map((row) => [...row])), 'Shop');
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer);
}
