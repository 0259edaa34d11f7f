/** A filter in words: the parts of a condition, and the sentence that says whom it lets through. */
import { BLOCKED, CONSENTS, SMS_TYPES, STATUSES } from '#domain/contact';
import { characteristicOf, isCharacteristicCell } from '#domain/characteristic';
import { isCombination, simplifyFilter, type Condition, type FilterNode, type ListCondition } from '#domain/filter';
import { parseScoped } from '#domain/scope';
import { m } from '#messages';
import { getLocale } from '#paraglide/runtime';
import { scopedWord } from '../scoped-words.ts';
import { consentWord, fieldWord, smsTypeWord, statusWord } from '../words.ts';
import type { FilterField, FilterTest, OwnField } from './draft.ts';

const ownFieldWord: Readonly<Record<OwnField, () => string>> = {
  ...fieldWord,
  group: m.contacts_filter_group,
  tag: m.contacts_tags,
  callingCode: m.filter_field_code,
  import: m.filter_field_import,
  createdAt: m.filter_field_created,
  changedAt: m.filter_field_changed,
  firstContactAt: m.filter_field_first,
  lastContactAt: m.filter_field_last,
};

export function filterFieldWord(field: FilterField, nameOf: NameOf): string {
  if (isCharacteristicCell(field)) return nameOf('characteristic', characteristicOf(field));
  const scoped = parseScoped(field);
  return scoped ? scopedWord(scoped) : ownFieldWord[field as OwnField]();
}

/** `is` of a list of words is said as of any list. */
export const testWord: Readonly<Record<FilterTest, () => string>> = {
  is: m.filter_test_is,
  isNot: m.filter_test_is_not,
  contains: m.filter_test_contains,
  containsNot: m.filter_test_contains_not,
  begins: m.filter_test_begins,
  beginsNot: m.filter_test_begins_not,
  empty: m.filter_test_empty,
  filled: m.filter_test_filled,
  in: m.filter_test_in,
  notIn: m.filter_test_not_in,
  before: m.filter_test_before,
  after: m.filter_test_after,
  within: m.filter_test_within,
  notWithin: m.filter_test_not_within,
  never: m.filter_test_never,
  ever: m.filter_test_ever,
  greater: m.filter_test_greater,
  less: m.filter_test_less,
};

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Where the label is long. */
  readonly short?: string;
}

/** What a condition of words is chosen from. */
export function wordChoices(field: FilterField): readonly Choice[] {
  if (field === 'status') return STATUSES.map((value) => ({ value, label: statusWord[value]() }));
  if (field === 'blocked')
    return BLOCKED.map((value) => ({ value, label: value === 'yes' ? m.filter_yes() : m.filter_no() }));
  if (field === 'smsType')
    return [
      ...SMS_TYPES.map((value) => ({ value, label: smsTypeWord(value) })),
      { value: 'none', label: m.filter_none() },
    ];
  return CONSENTS.map((value) => ({ value, label: consentWord(value) }));
}

/** What a value of a list is called; itself where nobody knows any more. */
export type NameOf = (field: ListCondition['field'] | 'characteristic', value: string) => string;

/** Undefined where it says nothing. */
export function filterSentence(node: FilterNode, nameOf: NameOf): string | undefined {
  const simple = simplifyFilter(node);
  return simple && m.filter_sentence({ conditions: sayNode(simple, nameOf, 'outside') });
}

function sayNode(node: FilterNode, nameOf: NameOf, place: 'outside' | 'inside'): string {
  if (!isCombination(node)) return sayCondition(node, nameOf);
  const join = node.kind === 'all' ? m.filter_and : m.filter_or;
  const conditions = node.of
    .map((inner) => sayNode(inner, nameOf, 'inside'))
    .reduce((one, other) => join({ one, other }));
  return place === 'inside' ? m.filter_brackets({ conditions }) : conditions;
}

function sayCondition(condition: Condition, nameOf: NameOf): string {
  if (condition.kind === 'unknown') return m.filter_say_unknown();
  const field = filterFieldWord(condition.field, nameOf);
  const test = testWord[condition.test]();
  const list = (labels: readonly string[]) => new Intl.ListFormat(getLocale(), { type: 'disjunction' }).format(labels);
  switch (condition.kind) {
    case 'empty':
    case 'never':
      return m.filter_say_bare({ field, test });
    case 'text':
      return m.filter_say({ field, test, value: m.filter_quote({ text: condition.text }) });
    case 'number':
      return m.filter_say({ field, test, value: condition.value.toLocaleString(getLocale()) });
    case 'word': {
      const choices = wordChoices(condition.field);
      const labels = condition.words.map((word) => choices.find(({ value }) => value === word)?.label ?? word);
      return m.filter_say({ field, test, value: list(labels) });
    }
    case 'list':
      return m.filter_say({
        field,
        test,
        value: list(condition.values.map((value) => nameOf(condition.field, value))),
      });
    case 'time': {
      if (condition.test === 'within') return m.filter_say_within({ field, count: condition.value });
      if (condition.test === 'notWithin') return m.filter_say_not_within({ field, count: condition.value });
      return m.filter_say({ field, test, value: new Date(condition.value).toLocaleDateString(getLocale()) });
    }
  }
}
