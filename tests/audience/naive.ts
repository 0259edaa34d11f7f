/**
 * Search and filters as one would write them first: over contacts as objects, text by text. The oracle that the engine
 * over columns is held against.
 */
import type { Contact } from '#audience/types';
import { characteristicOf, isCharacteristicCell } from '#domain/characteristic';
import { isCombination, type Condition, type FilterNode, type TextCondition } from '#domain/filter';
import { isAddressName } from '#domain/scope';
import type { GroupId } from '#domain/ids';

export const naiveFold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i')
    .replaceAll('’', "'")
    .toLowerCase();

export interface NaiveParts {
  readonly nowMs: number;
  readonly importOf: (contact: Contact) => string | undefined;
  /** All readings. */
  readonly initialsOf: (name: string) => readonly string[];
}

/** A number as people write it. */
export const isNumber = (word: string): boolean => /^[-+.\d]*\d[-+.\d]*$/.test(word);

/** Words of which each is in some field; a word of digits is a part of a number. */
export function naiveSearch(contact: Contact, words: readonly string[], parts: NaiveParts): boolean {
  const { name = '', phone = '', email = '', userId = '' } = contact.cells;
  const texts = [
    naiveFold(name),
    ...parts.initialsOf(name),
    phone.replace('+', ''),
    naiveFold(email),
    naiveFold(userId),
  ];
  return words.every((word) => {
    const digits = word.replace(/\D/g, '');
    const short = [digits.replace(/^00/, ''), digits.replace(/^0/, '')].filter((other) => other.length >= 4);
    const spellings = isNumber(word) ? [word, digits, ...short] : [naiveFold(word)];
    return texts.some((text) => spellings.some((spelling) => text.includes(spelling)));
  });
}

export function naiveFilter(contact: Contact, node: FilterNode, parts: NaiveParts): boolean {
  if (!isCombination(node)) return passes(contact, node, parts);
  if (node.of.length === 0) return true;
  return node.kind === 'all'
    ? node.of.every((inner) => naiveFilter(contact, inner, parts))
    : node.of.some((inner) => naiveFilter(contact, inner, parts));
}

const DAY_MS = 86_400_000;

function valueOf({ cells, characteristics, scoped }: Contact, field: TextCondition['field']): string {
  if (isCharacteristicCell(field)) return characteristics?.[characteristicOf(field)] ?? '';
  return (isAddressName(field) ? scoped?.[field] : cells[field]) ?? '';
}

function passes(contact: Contact, condition: Condition, { nowMs, importOf }: NaiveParts): boolean {
  const { cells } = contact;
  switch (condition.kind) {
    case 'text': {
      const held = naiveFold(valueOf(contact, condition.field)).replace(/^\+/, '');
      const asked = naiveFold(condition.text).replace(/^\+/, '');
      if (condition.test === 'is') return held === asked;
      if (condition.test === 'isNot') return held !== asked;
      if (condition.test === 'contains') return held.includes(asked);
      if (condition.test === 'containsNot') return !held.includes(asked);
      return held.startsWith(asked) === (condition.test === 'begins');
    }
    case 'empty':
      return (valueOf(contact, condition.field) === '') === (condition.test === 'empty');
    case 'number': {
      const value = valueOf(contact, condition.field);
      if (!/^\d+$/.test(value)) return false;
      return condition.test === 'greater' ? Number(value) > condition.value : Number(value) < condition.value;
    }
    case 'word': {
      const none = { status: 'active', blocked: 'no', smsType: 'none' } as Readonly<Record<string, string>>;
      const word = cells[condition.field] ?? none[condition.field] ?? 'unknown';
      return condition.words.includes(word) === (condition.test === 'is');
    }
    case 'list': {
      const isIn = condition.values.some((value) =>
        condition.field === 'group'
          ? contact.groups.includes(value as GroupId)
          : condition.field === 'tag'
            ? contact.tags?.some(({ id }) => id === value) === true
            : condition.field === 'import'
              ? importOf(contact) === value
              : cells.phone?.startsWith(`+${value}`) === true,
      );
      return isIn === (condition.test === 'in');
    }
    case 'never':
      return (contact[condition.field] === undefined) === (condition.test === 'never');
    case 'time': {
      const at = contact[condition.field];
      const since = Math.floor(nowMs / 3_600_000) * 3_600_000 - condition.value * DAY_MS;
      if (condition.test === 'before') return at !== undefined && at < condition.value;
      if (condition.test === 'after') return at !== undefined && at >= condition.value;
      return (at !== undefined && at >= since) === (condition.test === 'within');
    }
    case 'unknown':
      return false;
  }
}
