/** What keeps a matching of columns from being used, and how its columns are called. Pure. */
import {
  CHARACTERISTIC_NAME_LENGTH,
  characteristicCell,
  isCharacteristicCell,
  type Characteristic,
} from '#domain/characteristic';
import { KEY_FIELDS, type Field, type KeyField } from '#domain/contact';
import { normaliseName, tidyName } from '#domain/name';
import { isChannelField, isPlainField, isScopeCode, SCOPED_FIELDS } from '#domain/scope';
import { MOST_NEW_CHARACTERISTICS } from '#import/limits';
import type { MappedField, ProposedField } from '#import/types';
import { m } from '#messages';
import { scopedWord } from '../contacts/scoped-words.ts';
import { fieldWord } from '../contacts/words.ts';

/** In the order in which people look for them. */
export const FIELD_CHOICES: readonly Field[] = [
  'name',
  'phone',
  'email',
  'userId',
  'status',
  'blocked',
  'smsType',
  'consent:sms',
  'consent:email',
  'consent:webhook',
];

/** What a column becomes, as it is chosen: `new` is a characteristic of the column's name. */
export type ChosenField = MappedField | ProposedField;

export type MatchProblem =
  | { readonly kind: 'keyNeeded' | 'tooManyNew' }
  /** `scope`: it is not said for which line or channel. */
  | { readonly kind: 'twice' | 'scope'; readonly field: MappedField };

/** Columns that may be several: parts of a name are joined, tags and groups add up, and new characteristics get names of their own. */
const isSeveral = (field: ChosenField): boolean =>
  ['name', 'tags', 'groups', 'new', 'ignore'].includes(field) || field.startsWith('tag@');

/** What is chosen of a field that is for a line or a channel, whatever its scope; the whole field for the others. */
export const kindOfField = (field: ChosenField): ChosenField =>
  isScoped(field) ? (field.slice(0, field.indexOf('@') + 1) as ChosenField) : field;
export const scopeOfField = (field: ChosenField): string =>
  isScoped(field) ? field.slice(field.indexOf('@') + 1) : '';
const isScoped = (field: ChosenField) => field.includes('@');

/** Whether it is open for which line or channel: a `bind_id` column says so only of what is a channel's alone. */
export const isScopeOpen = (field: ChosenField, fields: readonly ChosenField[]): boolean =>
  isScoped(field) &&
  !isScopeCode(scopeOfField(field)) &&
  !(scopeOfField(field) === '' && isChannelField(kindOfField(field).slice(0, -1)) && fields.includes('bindId'));

export function problemsOfMatch(fields: readonly ChosenField[]): MatchProblem | undefined {
  const seen = new Set<ChosenField>();
  for (const field of fields) {
    if (isScopeOpen(field, fields)) return { kind: 'scope', field: field as MappedField };
    if (seen.has(field) && !isSeveral(field)) return { kind: 'twice', field: field as MappedField };
    seen.add(field);
  }
  if (keysOfMatch(fields).length === 0) return { kind: 'keyNeeded' };
  return fields.filter((field) => field === 'new').length > MOST_NEW_CHARACTERISTICS
    ? { kind: 'tooManyNew' }
    : undefined;
}

/** The keys in the order in which they are tried. */
export function keysOfMatch(fields: readonly ChosenField[]): readonly KeyField[] {
  return KEY_FIELDS.filter((key) => fields.includes(key));
}

/** As a spreadsheet names its columns: A … Z, AA … */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** A column by its heading, else by its letter. */
export function columnWord(name: string, index: number): string {
  return name.trim() === '' ? m.import_match_unnamed({ letter: columnLetter(index) }) : name;
}

/** What a column becomes, in words. */
export function chosenWord(field: MappedField, characteristics: readonly Characteristic[]): string {
  if (field === 'ignore') return m.import_match_ignore();
  if (field === 'tags') return m.contacts_tags();
  if (field === 'groups') return m.contacts_column_groups();
  if (field === 'bindId') return m.scoped_bind();
  const scoped = scopedWordOfColumn(field);
  if (scoped !== undefined) return scoped;
  if (Object.hasOwn(fieldWord, field)) return fieldWord[field as Field]();
  return characteristics.find(({ id }) => characteristicCell(id) === field)?.name ?? '';
}

function scopedWordOfColumn(field: MappedField): string | undefined {
  const kind = SCOPED_FIELDS.find((each) => kindOfField(field) === (isPlainField(each) ? each : `${each}@`));
  return kind && scopedWord({ field: kind, scope: scopeOfField(field) });
}

/**
 * A proposed characteristic that is there already, by its name, is that one; of two columns of one name the first. One
 * that is remembered and is there no more would be made again by its name.
 */
export function withKnown(
  fields: readonly ChosenField[],
  names: readonly string[],
  characteristics: readonly Characteristic[],
): readonly ChosenField[] {
  const byName = new Map(characteristics.map(({ id, name }) => [normaliseName(name), characteristicCell(id)]));
  const taken = new Set<ChosenField>(fields);
  const ids = new Set<ChosenField>(byName.values());
  const wanted = fields.map((field) => (isCharacteristicCell(field) && !ids.has(field) ? 'new' : field));
  return wanted.map((field, column) => {
    const known = field === 'new' ? byName.get(normaliseName(newName(names[column] ?? '', column))) : undefined;
    if (known === undefined || taken.has(known)) return field;
    taken.add(known);
    return known;
  });
}

const newName = (name: string, column: number) => tidyName(columnWord(name, column), CHARACTERISTIC_NAME_LENGTH);

/** By column, the names of the characteristics to be made: each its own, also where two columns have one heading. */
export function namesOfNew(
  fields: readonly ChosenField[],
  names: readonly string[],
  characteristics: readonly Characteristic[],
): ReadonlyMap<number, string> {
  const mapped = new Set<ChosenField>(fields);
  const taken = new Set(
    characteristics.filter(({ id }) => mapped.has(characteristicCell(id))).map(({ name }) => normaliseName(name)),
  );
  const found = new Map<number, string>();
  fields.forEach((field, column) => {
    if (field !== 'new') return;
    const base = newName(names[column] ?? '', column);
    let name = base;
    for (let number = 2; taken.has(normaliseName(name)); number += 1) {
      const more = ` ${String(number)}`;
      name = tidyName(base, CHARACTERISTIC_NAME_LENGTH - more.length) + more;
    }
    taken.add(normaliseName(name));
    found.set(column, name);
  });
  return found;
}
