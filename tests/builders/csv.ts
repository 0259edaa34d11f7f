/**
 * Big lists of contacts, the same for the same seed: 8 columns, 76 to 84 bytes a row in UTF-8, phones spread over the
 * mobile ranges of mainland China. No two people share a phone, an email or a user ID; a double is an earlier person in
 * another spelling.
 */

export interface CsvOptions {
  /** Without the header. */
  readonly rows: number;
  readonly seed: number;
  /** Share of rows that repeat an earlier person; 0.02 unless said. */
  readonly doubles?: number;
}

export interface BuiltCsv {
  readonly file: File;
  /** People in it: rows without the doubles. */
  readonly people: number;
}

const HEADER = 'Name,Mobile,Email,User ID,City,Gender,Birthday,Points\n';
const ROWS_A_PIECE = 10_000;

/** First three digits of mobiles that China's plan knows. */
const PREFIXES = [
  ...[130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 145, 147, 150, 151, 152, 153, 155, 156, 157, 158, 159, 162],
  ...[165, 166, 167, 170, 171, 172, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189],
  ...[190, 191, 192, 193, 195, 196, 197, 198, 199],
];
const NUMBERS = PREFIXES.length * 1e8;
/** A prime that divides no such range, so that stepping by it meets each number once before any twice. */
const STEP = 2_654_435_761;
const FAMILIES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华玉红建文国志海春'];
const CITIES = ['北京', '上海', '广州', '深圳', '成都', '杭州', '武汉', '西安', '南京', '重庆'];
const PINYIN = ['wang', 'li', 'zhang', 'liu', 'chen', 'yang', 'huang', 'zhao', 'wu', 'zhou'];
const DOMAINS = ['qq.com', '163.com', 'sina.cn', '126.com', 'foxmail.com'];

/** mulberry32: 32 bits of state, enough for test data; from the public domain. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function buildCsv(options: CsvOptions): BuiltCsv {
  const pieces: string[] = [HEADER];
  let people = 0;
  const random = mulberry32(options.seed);
  const doubles = options.doubles ?? 0.02;
  let piece = '';
  for (let row = 0; row < options.rows; row++) {
    const isDouble = people > 0 && random() < doubles;
    piece += isDouble
      ? spelledAnew(Math.floor(random() * people), options.seed, random)
      : rowOf(people++, options.seed);
    if ((row + 1) % ROWS_A_PIECE === 0) {
      pieces.push(piece);
      piece = '';
    }
  }
  pieces.push(piece);
  return { file: new File(pieces, `contacts-${String(options.rows)}.csv`, { type: 'text/csv' }), people };
}

interface Person {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly userId: string;
  readonly rest: string;
}

function personOf(index: number, seed: number): Person {
  const random = mulberry32(Math.imul(seed, 0x9e3779b1) ^ index);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const place = (seed * 7_919 + index * (STEP % NUMBERS)) % NUMBERS;
  const phone = `${String(PREFIXES[Math.floor(place / 1e8)])}${String(place % 1e8).padStart(8, '0')}`;
  const email = `${pick(PINYIN)}${index.toString(36).padStart(5, '0')}@${pick(DOMAINS)}`;
  const birthday = `${String(1950 + Math.floor(random() * 55))}-${two(1 + random() * 12)}-${two(1 + random() * 28)}`;
  return {
    name: pick(FAMILIES) + pick(GIVEN) + pick(GIVEN),
    phone,
    email,
    userId: `U${String(index).padStart(8, '0')}`,
    rest: `${pick(CITIES)},${random() < 0.5 ? 'F' : 'M'},${birthday},${String(Math.floor(random() * 10_000))}`,
  };
}

function rowOf(index: number, seed: number): string {
  const { name, phone, email, userId, rest } = personOf(index, seed);
  return `${name},${phone},${email},${userId},${rest}\n`;
}

function spelledAnew(index: number, seed: number, random: () => number): string {
  const { name, phone, email, userId, rest } = personOf(index, seed);
  const parts = [phone.slice(0, 3), phone.slice(3, 7), phone.slice(7)];
  const spellings = [`+86${phone}`, `0086${phone}`, `86${phone}`, parts.join('-'), parts.join(' ')];
  const spelled = spellings[Math.floor(random() * spellings.length)] ?? phone;
  return `${name},${spelled},${email.toUpperCase()},${userId},${rest}\n`;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
