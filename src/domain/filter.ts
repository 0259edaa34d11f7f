/**
 * Whom a filter lets through, as conditions combined by "all" and "any", up to three levels deep (CON-5). A view and a
 * dynamic group keep it as the JSON that is made here. What a condition comes to is worked out in `audience/`.
 */
import { characteristicOf, isCharacteristicCell, type CharacteristicCell } from './characteristic.ts';
import type { StrictField } from './contact.ts';
import type { AddressName } from './scope.ts';

export const FILTER_LEVELS = 3;

export const TEXT_CONDITION_FIELDS = ['name', 'phone', 'email', 'userId'] as const;
export type TextConditionField = (typeof TEXT_CONDITION_FIELDS)[number];
export const WORD_CONDITION_FIELDS = [
  ...(['status', 'blocked', 'smsType', 'consent:sms', 'consent:email', 'consent:webhook'] as const),
] satisfies readonly (StrictField | 'status' | 'smsType')[];
export type WordConditionField = (typeof WORD_CONDITION_FIELDS)[number];
export const TIME_CONDITION_FIELDS = ['createdAt', 'changedAt', 'firstContactAt', 'lastContactAt'] as const;
export type TimeConditionField = (typeof TIME_CONDITION_FIELDS)[number];

/** `isNot` and its like let exactly those through whom `is` does not. */
export const TEXT_TESTS = ['is', 'isNot', 'contains', 'containsNot', 'begins', 'beginsNot'] as const;
export const EMPTY_TESTS = ['empty', 'filled'] as const;
export const WORD_TESTS = ['is', 'isNot'] as const;
export const LIST_TESTS = ['in', 'notIn'] as const;
export const TIME_TESTS = ['before', 'after', 'within', 'notWithin'] as const;
export const NEVER_TESTS = ['never', 'ever'] as const;

export const NUMBER_TESTS = ['greater', 'less'] as const;

/** Case, accents and width do not matter, nor how a phone is written. */
export interface TextCondition {
  readonly kind: 'text';
  readonly field: TextConditionField | AddressName | CharacteristicCell;
  readonly test: (typeof TEXT_TESTS)[number];
  readonly text: string;
}
export interface EmptyCondition {
  readonly kind: 'empty';
  readonly field: TextConditionField | AddressName | CharacteristicCell;
  readonly test: (typeof EMPTY_TESTS)[number];
}
/** Only whoever has a number there is greater or less. */
export interface NumberCondition {
  readonly kind: 'number';
  readonly field: CharacteristicCell;
  readonly test: (typeof NUMBER_TESTS)[number];
  readonly value: number;
}
/** One of these words: of statuses, consents, SMS types (`none` where there is none), `yes` and `no`. */
export interface WordCondition {
  readonly kind: 'word';
  readonly field: WordConditionField;
  readonly test: (typeof WORD_TESTS)[number];
  readonly words: readonly string[];
}
/**
 * In one of them: groups; tags, by their ids; countries by calling code, since a phone says no more of its country; imports, by their entry,
 * that made the contact.
 */
export interface ListCondition {
  readonly kind: 'list';
  readonly field: 'group' | 'tag' | 'callingCode' | 'import';
  readonly test: (typeof LIST_TESTS)[number];
  readonly values: readonly string[];
}
/**
 * `before`, `after`: an instant, in milliseconds since 1970; `after` has it in it. `within`: the last so many days. Who
 * never was, such as written to, is in none of these, and so in `notWithin`.
 */
export interface TimeCondition {
  readonly kind: 'time';
  readonly field: TimeConditionField;
  readonly test: (typeof TIME_TESTS)[number];
  readonly value: number;
}
export interface NeverCondition {
  readonly kind: 'never';
  readonly field: TimeConditionField;
  readonly test: (typeof NEVER_TESTS)[number];
}
/** Of a newer version, or damaged: kept as it is. It lets nobody through, whatever it may mean. */
export interface UnknownCondition {
  readonly kind: 'unknown';
  readonly json: string;
}

export type Condition =
  | TextCondition
  | EmptyCondition
  | NumberCondition
  | WordCondition
  | ListCondition
  | TimeCondition
  | NeverCondition
  | UnknownCondition;

/** One that combines nothing says nothing. */
export interface Combination {
  readonly kind: 'all' | 'any';
  readonly of: readonly FilterNode[];
}

export type FilterNode = Combination | Condition;

export const isCombination = (node: FilterNode): node is Combination => node.kind === 'all' || node.kind === 'any';

/** How many conditions are not understood here: to be said wherever the filter is shown or counts. */
export const countUnknown = (node: FilterNode): number =>
  isCombination(node) ? node.of.reduce((sum, inner) => sum + countUnknown(inner), 0) : Number(node.kind === 'unknown');

/** How deep it is: 0 for a condition alone. */
export const filterLevels = (node: FilterNode): number =>
  isCombination(node) ? 1 + Math.max(0, ...node.of.map(filterLevels)) : 0;

/** Conditions of all levels, those not understood too. */
export const countConditions = (node: FilterNode): number =>
  isCombination(node) ? node.of.reduce((sum, inner) => sum + countConditions(inner), 0) : 1;

/** Groups that conditions of any level name. */
export const namedGroups = (node: FilterNode): readonly string[] =>
  isCombination(node)
    ? [...new Set(node.of.flatMap(namedGroups))]
    : node.kind === 'list' && node.field === 'group'
      ? node.values
      : [];

/** Characteristics likewise. */
export const namedCharacteristics = (node: FilterNode): readonly string[] =>
  isCombination(node)
    ? [...new Set(node.of.flatMap(namedCharacteristics))]
    : [characteristicIn(node)].flatMap((id) => id ?? []);

const characteristicIn = (condition: Condition): string | undefined =>
  'field' in condition && isCharacteristicCell(condition.field) ? characteristicOf(condition.field) : undefined;

/** Without the groups and characteristics that are gone, and without conditions that named no other (GRP-2). Undefined where nothing is left. */
export function withoutGone(node: FilterNode, isGone: (id: string) => boolean): FilterNode | undefined {
  if (isCombination(node)) {
    const of = node.of.flatMap((inner) => withoutGone(inner, isGone) ?? []);
    return of.length > 0 || node.of.length === 0 ? { ...node, of } : undefined;
  }
  const characteristic = characteristicIn(node);
  if (characteristic !== undefined) return isGone(characteristic) ? undefined : node;
  if (node.kind !== 'list' || node.field !== 'group') return node;
  const values = node.values.filter((group) => !isGone(group));
  return values.length > 0 ? { ...node, values } : undefined;
}

/** Undefined where it says nothing. Two filters that are written alike have one JSON: what is empty or double goes. */
export function simplifyFilter(node: FilterNode): FilterNode | undefined {
  if (!isCombination(node)) return 'values' in node ? { ...node, values: sorted(node.values) } : simplifyWords(node);
  const of = node.of.flatMap((inner): readonly FilterNode[] => {
    const simple = simplifyFilter(inner);
    if (!simple) return [];
    return simple.kind === node.kind ? (simple as Combination).of : [simple];
  });
  return of.length > 1 ? { kind: node.kind, of } : of[0];
}

const simplifyWords = (condition: Condition): Condition =>
  condition.kind === 'word' ? { ...condition, words: sorted(condition.words) } : condition;
const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** As it is kept: `["all",["name","contains","ana"],["group","in","0f…"]]`. An empty text where it says nothing. */
export function filterToJson(node: FilterNode): string {
  const simple = simplifyFilter(node);
  return simple ? toJson(simple) : '';
}

function toJson(node: FilterNode): string {
  switch (node.kind) {
    case 'all':
    case 'any':
      return `[${[JSON.stringify(node.kind), ...node.of.map(toJson)].join(',')}]`;
    case 'text':
      return JSON.stringify([node.field, node.test, node.text]);
    case 'word':
      return JSON.stringify([node.field, node.test, ...node.words]);
    case 'list':
      return JSON.stringify([node.field, node.test, ...node.values]);
    case 'time':
    case 'number':
      return JSON.stringify([node.field, node.test, node.value]);
    case 'empty':
    case 'never':
      return JSON.stringify([node.field, node.test]);
    case 'unknown':
      return node.json;
  }
}
