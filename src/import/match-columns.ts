/**
 * Which column is which field (IMP-4): by its heading; where none says what a phone or an email is, by what is in it. What
 * fits none is proposed as a characteristic of its name. What was chosen for such a file before is not known here.
 */
import { KEY_FIELDS, type Field } from '#domain/contact';
import {
  FAMILY_NAMES,
  GENERAL_CONSENT,
  GROUP_NAMES,
  GIVEN_NAMES,
  NAMES_BY_FIELD,
  normaliseName,
  OWN_ID_NAMES,
  OWN_NAMES,
  PASSED_OVER,
  TAG_NAMES,
} from './column-names.ts';
import { MOST_NEW_CHARACTERISTICS } from './limits.ts';
import { isScopedName, matchScoped, withoutAll } from './scoped-names.ts';
import type { ColumnMatch, ProposedField } from './types.ts';

const FIELDS = Object.keys(NAMES_BY_FIELD) as Field[];
const fieldByName = new Map(FIELDS.flatMap((field) => NAMES_BY_FIELD[field].map((name) => [name, field] as const)));
const givenNames = new Set(GIVEN_NAMES);
const familyNames = new Set(FAMILY_NAMES);
const generalConsent = new Set(GENERAL_CONSENT);
const tagNames = new Set(TAG_NAMES);
const groupNames = new Set(GROUP_NAMES);
const passedOver = new Set([...PASSED_OVER, ...GENERAL_CONSENT]);

export type NamePart = 'given' | 'family' | 'whole';

export function namePart(heading: string): NamePart {
  const name = normaliseName(heading);
  return givenNames.has(name) ? 'given' : familyNames.has(name) ? 'family' : 'whole';
}

/** Whether a heading speaks of consent and of no channel. */
export const isGeneralConsent = (heading: string): boolean => generalConsent.has(normaliseName(heading));

/** Whether a heading is one that lists are known to have. */
export function isKnownName(heading: string): boolean {
  const name = normaliseName(withoutAll(heading));
  const isOwn = [fieldByName, generalConsent, givenNames, familyNames, tagNames, groupNames].some((names) =>
    names.has(name),
  );
  return isOwn || isScopedName(heading);
}

/** `samples[column]`: some of its values. Each field is given once, `name` also to its two parts. */
export function matchColumns(headings: readonly string[], samples: readonly (readonly string[])[]): ColumnMatch[] {
  const scoped = matchScoped(headings);
  // What is for a line is not taken for what is for all: `Phone@1` is no `Phone 1`.
  const names = headings.map((heading, column) => (scoped[column] ? '' : normaliseName(withoutAll(heading))));
  const isOwn = names.some((name) => OWN_ID_NAMES.includes(name));
  const fields = (isOwn ? matchOwn(names) : matchNames(names)).map((field, column) => scoped[column] ?? field);
  const confident = fields.map((field) => field !== 'ignore');
  const byValues = isOwn ? new Set<number>() : proposeByContent(fields, names, samples);
  proposeNew(fields, isOwn ? withoutOwn(names) : names, samples);
  return headings.map((name, column) => ({
    name,
    samples: (samples[column] ?? []).slice(0, 3),
    field: fields[column] ?? 'ignore',
    confidence: confident[column] ? 'name' : byValues.has(column) ? 'values' : 'none',
  }));
}

function matchNames(names: readonly string[]): ProposedField[] {
  const fields = names.map((name): ProposedField =>
    tagNames.has(name) ? 'tags' : groupNames.has(name) ? 'groups' : 'ignore',
  );
  const taken = new Set<Field>();
  // The order of a field's names is that of how surely they mean it: `mobile` before `home phone`, `user ID` before `ID`.
  for (const field of FIELDS) {
    const column = firstOf(names, NAMES_BY_FIELD[field]);
    if (column === -1) continue;
    fields[column] = field;
    taken.add(field);
  }
  if (!taken.has('name') || namedVaguely(names, fields)) {
    names.forEach((name, column) => {
      if (givenNames.has(name) || familyNames.has(name)) fields[column] = 'name';
      else if (fields[column] === 'name' && hasParts(names)) fields[column] = 'ignore';
    });
  }
  const consent = names.findIndex((name) => generalConsent.has(name));
  if (consent !== -1 && fields[consent] === 'ignore') {
    const own = taken.has('phone') || !taken.has('email') ? 'consent:sms' : 'consent:email';
    if (!taken.has(own)) fields[consent] = own;
  }
  return fields;
}

/** An export's own columns, each the first of its name: a characteristic may be called like one, and stands after it. */
function matchOwn(names: readonly string[]): ProposedField[] {
  const fields = names.map((): ProposedField => 'ignore');
  for (const [field, own] of Object.entries(OWN_NAMES) as [keyof typeof OWN_NAMES, readonly string[]][]) {
    const column = names.findIndex((name) => own.includes(name));
    if (column >= 0) fields[column] = field;
  }
  return fields;
}

/** What an export writes beside is passed over once; a second one of that name is somebody's characteristic. */
function withoutOwn(names: readonly string[]): readonly string[] {
  return names.map((name, column) => {
    if (!passedOver.has(name)) return name;
    const isBeside = PASSED_OVER.includes(name) && names.indexOf(name) === column;
    return isBeside ? name : `${name} ${String(column)}`;
  });
}

/** A column that nobody knows, with a heading and values in it. */
function proposeNew(fields: ProposedField[], names: readonly string[], samples: readonly (readonly string[])[]): void {
  let left = MOST_NEW_CHARACTERISTICS;
  fields.forEach((field, column) => {
    const name = names[column] ?? '';
    if (field !== 'ignore' || left === 0 || name === '' || passedOver.has(name)) return;
    if ((samples[column] ?? []).length === 0) return;
    fields[column] = 'new';
    left -= 1;
  });
}

const hasParts = (names: readonly string[]): boolean =>
  names.some((name) => givenNames.has(name) || familyNames.has(name));
const namedVaguely = (names: readonly string[], fields: readonly ProposedField[]): boolean =>
  hasParts(names) && ['contact', 'customer', 'username', 'nickname'].includes(names[fields.indexOf('name')] ?? '');

function firstOf(names: readonly string[], wanted: readonly string[]): number {
  let best = -1;
  let bestRank = wanted.length;
  names.forEach((name, column) => {
    const rank = wanted.indexOf(name);
    if (rank !== -1 && rank < bestRank) {
      best = column;
      bestRank = rank;
    }
  });
  return best;
}

const isKey = (field: ProposedField): boolean => (KEY_FIELDS as readonly string[]).includes(field);

/**
 * Without any key, a column of digits is taken for phones. Beside a key, digits may be orders or cards: only a column
 * without a heading is, or one whose numbers can be nothing else. An email is like nothing else.
 */
function proposeByContent(
  fields: ProposedField[],
  names: readonly string[],
  samples: readonly (readonly string[])[],
): ReadonlySet<number> {
  const found = new Set<number>();
  const hasKey = fields.some(isKey);
  const propose = (field: Field, looksLikeIt: (value: string, column: number) => boolean) => {
    if (fields.includes(field)) return;
    const column = fields.findIndex((each, index) => {
      const values = samples[index] ?? [];
      if (each !== 'ignore' || values.length === 0 || (hasKey && passedOver.has(names[index] ?? ''))) return false;
      return values.filter((value) => looksLikeIt(value, index)).length >= values.length * 0.8;
    });
    if (column === -1) return;
    fields[column] = field;
    found.add(column);
  };
  propose('phone', (value, column) => (hasKey && names[column] !== '' ? isSurelyPhone(value) : looksLikePhone(value)));
  propose('email', looksLikeEmail);
  return found;
}

/** With its country code, or a mobile of China, which nothing else of eleven digits looks like. */
function isSurelyPhone(value: string): boolean {
  return (
    looksLikePhone(value) && (/^(?:\+|00)\d/.test(value.trim()) || /^1[3-9]\d{9}$/.test(value.replace(/[\s-]/g, '')))
  );
}

/** Seven digits or more and nothing else that means something; no date, no decimal. */
function looksLikePhone(value: string): boolean {
  const digits = value.replace(/[\s()+.\-‐–]/g, '');
  return /^\d{7,15}$/.test(digits) && !/^\d{4}-\d{2}-\d{2}$/.test(value.trim());
}

const looksLikeEmail = (value: string): boolean => /^\S{1,64}@\S+\.\S{2,}$/.test(value.trim());
