/**
 * Address cards → rows under headings that match by themselves: vCard 2.1 (versit, 1996), 3.0 (RFC 2426), 4.0 (RFC 6350),
 * as phones and mail programs write them. Pictures, sounds and keys are passed over; of a card's kinds of phone, the
 * mobile is first, and a fax is none. Where cards end in a file is found in `card-slice.ts`.
 */
import { joinNameParts } from './person-name.ts';
import { readCharset, readQuotedPrintable } from './quoted-printable.ts';

/** The first of each kind is matched by its heading; the others are there to be chosen. */
export const CARD_HEADINGS = [
  ...['Name', 'Phone', 'Email', 'User ID', 'Phone 2', 'Phone 3', 'Email 2', 'Company', 'Title', 'Birthday'],
  ...['Street', 'City', 'Region', 'Postcode', 'Country', 'Categories', 'Note'],
] as const;
type Heading = (typeof CARD_HEADINGS)[number];

interface Property {
  readonly name: string;
  /** In upper case, `TYPE=` taken off: 2.1 writes `TEL;CELL`, 3.0 `TEL;TYPE=CELL`, 4.0 `TEL;TYPE="cell,voice"`. */
  readonly types: readonly string[];
  /** Without its encoding, but with its escapes. */
  readonly value: string;
}

interface Ranked {
  readonly value: string;
  readonly rank: number;
}

const READ: ReadonlySet<string> = new Set([
  ...['FN', 'N', 'NICKNAME', 'TEL', 'EMAIL', 'ORG', 'TITLE', 'BDAY', 'ADR', 'CATEGORIES', 'NOTE', 'X-USER-ID'],
  ...['BEGIN', 'END', 'AGENT'],
]);
interface Head {
  readonly name: string;
  readonly parameters: readonly string[];
}
const MOST_HEADS = 1_000;

/** With a group before it, which address books of Apple write: `item1.TEL`. */
const HEAD = /^(?:[\w-]+\.)?([\w-]+)/;
const FOLD = /([^=])\n[ \t]/g;
const OLD_FOLD = /([^=])\n(?=[ \t])/g;

/** The cards of a text whose only line end is `\n`. A card without its end counts, what stands outside cards does not. */
export function readCards(text: string): string[][] {
  const rows: string[][] = [];
  let card: Property[] | undefined;
  // 2.1 has cards within cards, of somebody's agent: they are not in the list.
  let inner = 0;
  const close = () => {
    if (card) rows.push(rowOf(card));
    card = undefined;
    inner = 0;
  };
  forEachProperty(unfold(text), (property) => {
    const isCard = property.value.trim().toUpperCase() === 'VCARD';
    if (property.name === 'BEGIN' && isCard) {
      if (card?.at(-1)?.name === 'AGENT') inner++;
      else {
        close();
        card = [];
      }
    } else if (property.name === 'END' && isCard) {
      if (inner > 0) inner--;
      else close();
    } else if (inner === 0) {
      card?.push(property);
    }
  });
  close();
  return rows;
}

/** 3.0 and 4.0 take the blank of a folded line off (RFC 6350, 3.2); 2.1 breaks before one that belongs to the value. */
function unfold(text: string): string {
  if (!/\n[ \t]/.test(text)) return text;
  return /^VERSION:\s*2/im.test(text) ? text.replace(OLD_FOLD, '$1') : text.replace(FOLD, '$1');
}

function forEachProperty(text: string, take: (property: Property) => void): void {
  // Cards of one program begin their lines alike: each beginning is looked at once.
  const heads = new Map<string, Head>();
  for (let at = 0; at < text.length;) {
    let end = lineEnd(text, at);
    const line = text.slice(at, end);
    at = end + 1;
    const colon = valueStart(line);
    if (colon === -1) continue;
    const beginning = line.slice(0, colon);
    let head = heads.get(beginning);
    if (head === undefined) {
      head = { name: HEAD.exec(beginning)?.[1]?.toUpperCase() ?? '', parameters: parametersOf(beginning) };
      if (heads.size < MOST_HEADS) heads.set(beginning, head);
    }
    const { name, parameters } = head;
    if (!READ.has(name)) continue;
    let value = line.slice(colon + 1);
    if (parameters.includes('QUOTED-PRINTABLE')) {
      // Soft ends of lines: the next one belongs to the value.
      while (value.endsWith('=') && at < text.length) {
        end = lineEnd(text, at);
        value = value.slice(0, -1) + text.slice(at, end).replace(/^[ \t]/, '');
        at = end + 1;
      }
      value = readQuotedPrintable(value, charsetOf(parameters));
    } else if (parameters.includes('BASE64') || parameters.includes('B')) {
      continue;
    }
    take({ name, types: parameters, value });
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The colon outside quotes: 4.0 writes `TEL;VALUE=uri;TYPE="voice,cell":tel:+1…`. */
function valueStart(line: string): number {
  const first = line.indexOf(':');
  const quote = line.indexOf('"');
  if (first === -1 || quote === -1 || quote > first) return first;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x3a && !isQuoted) return at;
  }
  return -1;
}

function parametersOf(head: string): readonly string[] {
  const semicolon = head.indexOf(';');
  if (semicolon === -1) return [];
  return head
    .slice(semicolon + 1)
    .toUpperCase()
    .replaceAll('"', '')
    .replace(/\b(?:TYPE|ENCODING)=/g, '')
    .split(/[;,]/);
}

const charsetOf = (parameters: readonly string[]) =>
  readCharset(parameters.find((each) => each.startsWith('CHARSET='))?.slice(8));

function rowOf(card: readonly Property[]): string[] {
  const cells = new Map<Heading, string>();
  const put = (heading: Heading, value: string | undefined) => {
    if (value && !cells.has(heading)) cells.set(heading, value);
  };
  const first = (name: string) => card.find((property) => property.name === name && property.value.trim() !== '');
  const parts = (name: string) => componentsOf(first(name)?.value ?? '');
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = parts('N');
  const composed = joinNameParts({ given: [prefix, given, additional], family: [family, suffix], whole: [] });
  put('Name', plain(first('FN')?.value ?? '') || composed || plain(first('NICKNAME')?.value ?? ''));

  const phones = ranked(card, 'TEL', phoneOf);
  put('Phone', phones[0]);
  put('Phone 2', phones[1]);
  put('Phone 3', phones[2]);
  const emails = ranked(card, 'EMAIL', (value) => value.replace(/^mailto:/i, ''));
  put('Email', emails[0]);
  put('Email 2', emails[1]);
  put('User ID', plain(first('X-USER-ID')?.value ?? ''));
  put('Company', parts('ORG').filter(Boolean).join(', '));
  put('Title', plain(first('TITLE')?.value ?? ''));
  put('Birthday', dayOf(plain(first('BDAY')?.value ?? '')));
  const [, , street, city, region, postcode, country] = parts('ADR');
  put('Street', street);
  put('City', city);
  put('Region', region);
  put('Postcode', postcode);
  put('Country', country);
  put('Categories', plain(first('CATEGORIES')?.value ?? ''));
  put('Note', plain(first('NOTE')?.value ?? ''));
  return CARD_HEADINGS.map((heading) => cells.get(heading) ?? '');
}

/** Numbers or addresses of a card, the likeliest to reach somebody first; each once. */
function ranked(card: readonly Property[], name: string, clean: (value: string) => string): readonly string[] {
  const found: Ranked[] = [];
  for (const property of card) {
    if (property.name !== name) continue;
    const value = clean(plain(property.value));
    const rank = rankOf(property.types);
    if (value !== '' && rank > 0) found.push({ value, rank });
  }
  return [...new Set(found.sort((one, other) => other.rank - one.rank).map(({ value }) => value))];
}

/** 0: nobody can be written to there. Preferred is `PREF`, in 4.0 `PREF=1`. */
function rankOf(types: readonly string[]): number {
  const isMobile = types.some((type) => type === 'CELL' || type === 'MOBILE' || type === 'IPHONE');
  const isDeaf = types.some((type) => type === 'FAX' || type === 'PAGER' || type === 'MODEM' || type === 'BBS');
  if (isDeaf && !isMobile && !types.includes('VOICE')) return 0;
  return 1 + (isMobile ? 2 : 0) + (types.includes('PREF') || types.includes('PREF=1') ? 1 : 0);
}

/** `tel:+1-201-555-0123;ext=5` (RFC 3966). */
const phoneOf = (value: string): string => (/^tel:/i.test(value) ? value.slice(4).replace(/;.*$/, '') : value);

/** `19960415` and `1996-04-15T00:00:00Z` become `1996-04-15`; what is written otherwise stays. */
function dayOf(text: string): string {
  const day = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/.exec(text);
  return day ? day.slice(1).join('-') : text;
}

/** Parts between semicolons that are not escaped (RFC 6350, 3.4). */
function componentsOf(value: string): string[] {
  if (!value.includes('\\')) return value.split(';').map((part) => part.trim());
  return (value.match(/(?:\\[^]|[^\\;])+|(?<=;|^)(?=;|$)/g) ?? []).map(plain);
}

function plain(value: string): string {
  const text = value.includes('\\')
    ? value.replace(/\\([^])/g, (_, letter: string) => (letter === 'n' || letter === 'N' ? '\n' : letter))
    : value;
  return text.trim();
}
