/** What keeps a matching of columns from being used, and how its columns are called. Pure. */
import { KEY_FIELDS, type Field, type KeyField } from '#domain/contact';
import type { MappedField } from '#import/types';
import { m } from '#messages';

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

export type MatchProblem = { readonly kind: 'keyNeeded' } | { readonly kind: 'twice'; readonly field: Field };

export function problemsOfMatch(fields: readonly MappedField[]): MatchProblem | undefined {
  const used = fields.filter((field) => field !== 'ignore');
  // A name may stand in parts, which are joined; any other field has one column.
  const twice = used.find((field, index) => field !== 'name' && used.indexOf(field) !== index);
  if (twice) return { kind: 'twice', field: twice };
  return keysOfMatch(fields).length === 0 ? { kind: 'keyNeeded' } : undefined;
}

/** The keys in the order in which they are tried. */
export function keysOfMatch(fields: readonly MappedField[]): readonly KeyField[] {
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
