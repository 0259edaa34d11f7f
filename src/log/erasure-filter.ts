/**
 * One filter for whatever may hold somebody who was erased (DESIGN, Contacts 7): entries, blocks, rows of a file. It
 * knows the person by keyed hashes alone, drops what the fold drops, and leaves the hashes. Of documents nothing passes
 * here: a contact is named in none. Who was erased, and where things lie, is for others to say.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import type { BlockId, ContactId } from '#domain/ids';
import { createContactIds, highHalf, lowHalf } from './contact-id.ts';
import { knownBody } from './entry.ts';
import type {
  BlockRef,
  ChangeBody,
  CommitBody,
  Entry,
  ErasureBody,
  LogTime,
  MergeBody,
  MessagedBody,
  RecipientBlock,
  Row,
  RowColumns,
} from './types.ts';

export interface Erasure {
  readonly time: LogTime;
  readonly body: ErasureBody;
}

/** Said by somebody who did not know of any of the erasures, whatever the clock said: what waits on a device. */
export const UNKNOWING: LogTime = -1;

export interface ErasureFilter {
  readonly isEmpty: boolean;
  readonly isErased: (contact: ContactId) => boolean;
  /** Said before the erasure; by the value itself. */
  readonly namesKey: (field: KeyField, value: string, saidAt: LogTime) => boolean;
  /** By a hash of generation 0, as lists of errors keep them. */
  readonly namesHash: (hash: ContactId) => boolean;
  readonly namesRecipient: (contact: ContactId, address: string) => boolean;
  /** Whether a phone or an email of hers stands anywhere in a text of others: a provider's report. */
  readonly namesText: (text: string) => boolean;
  readonly namesRow: (row: Row, saidAt: LogTime) => boolean;
  /** The very entry where it names nobody, undefined where nothing is left of it. Blocks that it names are filtered apart. */
  readonly entry: (entry: Entry, saidAt: LogTime) => Entry | undefined;
  /** What stands in the place of a shared entry of which nothing is left: of one erased, saying nothing. */
  readonly emptied: (entry: Entry) => Entry;
  /** The very columns where nobody is in them; one pass, at most a hash a key. */
  readonly rows: (columns: RowColumns, saidAt: LogTime) => RowColumns;
  /** A recipient keeps his place, since receipts name places; address and values go. */
  readonly recipients: (block: RecipientBlock) => RecipientBlock;
}

/** The salt is the workspace's 16 bytes. */
export function createErasureFilter(salt: Uint8Array, erasures: readonly Erasure[]): ErasureFilter {
  const ids = createContactIds(salt);
  const contacts = createHashes();
  const keys = createHashes();
  for (const { time, body } of erasures) {
    for (const contact of body.contacts) contacts.add(contact, time);
    for (const key of body.keys) keys.add(key, time);
  }
  const isEmpty = erasures.length === 0;

  const isErased = (id: ContactId) => contacts.timeOf(highHalf(id), lowHalf(id)) >= 0;
  const namesId = (key: number, value: string, generation: number) => {
    ids.hash(key, value, generation);
    return contacts.timeOf(ids.high, ids.low) >= 0;
  };
  function namesKeyAt(key: number, value: string, saidAt: LogTime): boolean {
    if (value === '') return false;
    ids.hash(key, value, 0);
    return saidAt < keys.timeOf(ids.high, ids.low);
  }

  function namesRow({ id, key, keyValue, generation, cells }: Row, saidAt: LogTime): boolean {
    const keyAt = KEY_FIELDS.indexOf(key);
    const isHers = id === undefined ? namesId(keyAt, keyValue, generation) : isErased(id);
    return isHers || namesKeyAt(keyAt, keyValue, saidAt) || namesCells(cells, saidAt);
  }
  const namesCells = (cells: Row['cells'], saidAt: LogTime) =>
    KEY_FIELDS.some((field, key) => namesKeyAt(key, cells[field] ?? '', saidAt));

  /** A newer version's body, whose form is not known here: any text in it may be a key or an id. */
  function namesAnywhere(value: unknown, saidAt: LogTime): boolean {
    if (typeof value === 'string')
      return KEY_FIELDS.some((_, key) => namesKeyAt(key, value, saidAt) || namesId(key, value, 0));
    return (
      typeof value === 'object' && value !== null && Object.values(value).some((inner) => namesAnywhere(inner, saidAt))
    );
  }

  function filterEntry(entry: Entry, saidAt: LogTime): Entry | undefined {
    const body = knownBody(entry);
    if (!body) return namesAnywhere(entry.body, saidAt) ? undefined : entry;
    if (body.kind === 'change') return namesRow(body.row, saidAt) ? undefined : entry;
    if (body.kind !== 'merge') return entry;
    if (body.contacts.some(isErased)) return undefined;
    return namesCells(body.cells, saidAt)
      ? { ...entry, body: { ...body, cells: withoutKeys(body.cells, saidAt) } }
      : entry;
  }

  function withoutKeys(cells: Row['cells'], saidAt: LogTime): Row['cells'] {
    const isLeft = ([name, value]: readonly [string, string | undefined]) => {
      const key = KEY_FIELDS.findIndex((field) => field === name);
      return key < 0 || !namesKeyAt(key, value ?? '', saidAt);
    };
    return Object.fromEntries(Object.entries(cells).filter(isLeft));
  }

  /** Deterministic, so that devices which filter by themselves hold the same. */
  function emptied(entry: Entry): Entry {
    const body = knownBody(entry);
    const [someone] = erasures.flatMap((erasure) => erasure.body.contacts).sort();
    if (body?.kind === 'merge') return { ...entry, body: { ...body, cells: {} } satisfies MergeBody };
    if (body?.kind !== 'change' || someone === undefined) return { ...entry, body: { kind: entry.body.kind } };
    const { key, keyValue, generation, id } = body.row;
    const own = id ?? ids.idOf(key, keyValue, generation);
    const row: Row = { key, keyValue: '', generation: 0, id: isErased(own) ? own : someone, birth: false, cells: {} };
    return { ...entry, body: { kind: 'change', row, joins: [], leaves: [] } satisfies ChangeBody };
  }

  function namesRowOf(
    columns: RowColumns,
    cells: readonly (readonly (string | undefined)[] | undefined)[],
    at: number,
    saidAt: LogTime,
  ) {
    const key = columns.keys[at] as number;
    const keyValue = columns.keyValues[at] as string;
    const id = columns.ids.get(at);
    if (id === undefined ? namesId(key, keyValue, columns.generations[at] as number) : isErased(id)) return true;
    if (namesKeyAt(key, keyValue, saidAt)) return true;
    for (let each = 0; each < KEY_FIELDS.length; each += 1) {
      const value = cells[each]?.[at];
      if (value !== undefined && !(each === key && value === keyValue) && namesKeyAt(each, value, saidAt)) return true;
    }
    return false;
  }

  const namesRecipient = (contact: ContactId, address: string) =>
    isErased(contact) || ADDRESS_KEYS.some((key) => namesKeyAt(key, address, UNKNOWING));

  function namesText(text: string): boolean {
    const emails = (text.match(EMAILS) ?? []).map((email) => email.toLowerCase());
    const phones = (text.match(PHONES) ?? []).map((phone) => phone.replaceAll(/\D/g, ''));
    return (
      emails.some((email) => namesKeyAt(EMAIL, email, UNKNOWING)) ||
      phones.some((digits) => ['+', '+86'].some((prefix) => namesKeyAt(PHONE, `${prefix}${digits}`, UNKNOWING)))
    );
  }

  return {
    isEmpty,
    isErased,
    namesRecipient,
    namesText,
    namesKey: (field, value, saidAt) => namesKeyAt(KEY_FIELDS.indexOf(field), value, saidAt),
    namesHash: (hash) => isErased(hash) || keys.timeOf(highHalf(hash), lowHalf(hash)) >= 0,
    namesRow,
    entry: filterEntry,
    emptied,
    rows(columns, saidAt) {
      if (isEmpty) return columns;
      const cells = KEY_FIELDS.map((field) => columns.cells[field]);
      const left: number[] = [];
      for (let at = 0; at < columns.count; at += 1) if (!namesRowOf(columns, cells, at, saidAt)) left.push(at);
      return left.length === columns.count ? columns : pickRows(columns, left);
    },
    recipients(block) {
      const isHers = block.contacts.map((contact, at) => namesRecipient(contact, block.addresses[at] ?? ''));
      const isThere = isHers.some((hers, at) => hers && (block.addresses[at] !== '' || valuesAt(block, at) !== ''));
      if (!isThere) return block;
      const blanked = (values: readonly string[]) => values.map((value, at) => (isHers[at] ? '' : value));
      const variables = Object.entries(block.variables).map(([name, values]) => [name, blanked(values)] as const);
      return { ...block, addresses: blanked(block.addresses), variables: Object.fromEntries(variables) };
    },
  };
}

/** The erasures among entries, for `createErasureFilter`. */
export function erasuresIn(entries: Iterable<Entry>): readonly Erasure[] {
  const found: Erasure[] = [];
  for (const entry of entries) {
    const body = knownBody(entry);
    if (body?.kind === 'erasure') found.push({ time: entry.time, body });
  }
  return found;
}

/** The entry with other blocks in the place of some, which stay named though nothing may be left in them. */
export function withBlocks(entry: Entry, renamed: ReadonlyMap<BlockId, BlockRef>): Entry {
  const body = knownBody(entry);
  if (body?.kind !== 'commit' && body?.kind !== 'messaged') return entry;
  if (!body.blocks.some(({ id }) => renamed.has(id))) return entry;
  const blocks = body.blocks.map((ref) => renamed.get(ref.id) ?? ref);
  return { ...entry, body: { ...body, blocks } satisfies CommitBody | MessagedBody };
}

/** An address is a phone or an email; a user ID never is one. */
const PHONE = KEY_FIELDS.indexOf('phone');
const EMAIL = KEY_FIELDS.indexOf('email');
const ADDRESS_KEYS = [PHONE, EMAIL];
const EMAILS = /[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]*\w/g;
/** With or without plus sign and separators; a Chinese provider names the country apart. */
const PHONES = /\+?\d(?:[\s().-]{0,2}\d){6,14}/g;

const valuesAt = (block: RecipientBlock, at: number) =>
  Object.values(block.variables)
    .map((values) => values[at])
    .join('');

function pickRows(columns: RowColumns, left: readonly number[]): RowColumns {
  const cells = Object.entries(columns.cells)
    .map(([name, values]) => [name, left.map((at) => values?.[at])] as const)
    .filter(([, values]) => values.some((value) => value !== undefined));
  const ids = left.flatMap((at, index) => {
    const id = columns.ids.get(at);
    return id === undefined ? [] : [[index, id] as const];
  });
  return {
    count: left.length,
    keys: Uint8Array.from(left, (at) => columns.keys[at] as number),
    keyValues: left.map((at) => columns.keyValues[at] as string),
    generations: Uint16Array.from(left, (at) => columns.generations[at] as number),
    births: Uint8Array.from(left, (at) => columns.births[at] as number),
    ids: new Map(ids),
    cells: Object.fromEntries(cells),
  };
}

/** Hashes by their halves, with the latest erasure's time: no text a row of a million. */
function createHashes() {
  const byLow = new Map<number, { readonly high: number; time: LogTime }[]>();
  const find = (high: number, low: number) => byLow.get(low)?.find((hash) => hash.high === high);
  return {
    add(id: ContactId, time: LogTime): void {
      const [high, low] = [highHalf(id), lowHalf(id)];
      const known = find(high, low);
      if (known) known.time = Math.max(known.time, time);
      else byLow.set(low, [...(byLow.get(low) ?? []), { high, time }]);
    },
    /** -1 where it is not among them. */
    timeOf: (high: number, low: number): LogTime => find(high, low)?.time ?? -1,
  };
}
