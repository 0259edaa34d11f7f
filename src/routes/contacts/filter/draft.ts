/**
 * A filter while it is built: conditions may be half filled in, and every part has a key by which its controls stay the
 * same. What is not complete says nothing. Pure; the builder makes it reactive.
 */
import { isCharacteristicCell, type CharacteristicCell } from '#domain/characteristic';
import {
  EMPTY_TESTS,
  isCombination,
  LIST_TESTS,
  NEVER_TESTS,
  NUMBER_TESTS,
  TEXT_CONDITION_FIELDS,
  TEXT_TESTS,
  TIME_CONDITION_FIELDS,
  TIME_TESTS,
  WORD_CONDITION_FIELDS,
  WORD_TESTS,
  type Combination,
  type Condition,
  type FilterNode,
  type ListCondition,
  type TextCondition,
} from '#domain/filter';
import { isAddressName, type AddressName } from '#domain/scope';

export const LIST_FIELDS = [
  'group',
  'tag',
  'callingCode',
  'import',
] as const satisfies readonly ListCondition['field'][];
export const FILTER_FIELDS = [
  ...TEXT_CONDITION_FIELDS,
  ...LIST_FIELDS,
  ...WORD_CONDITION_FIELDS,
  ...TIME_CONDITION_FIELDS,
] as const;
/** Those that every workspace has, and its own. */
export type OwnField = (typeof FILTER_FIELDS)[number];
export type FilterField = OwnField | AddressName | CharacteristicCell;
export type FilterTest = (
  | typeof TEXT_TESTS
  | typeof EMPTY_TESTS
  | typeof WORD_TESTS
  | typeof LIST_TESTS
  | typeof TIME_TESTS
  | typeof NEVER_TESTS
  | typeof NUMBER_TESTS
)[number];

export interface DraftCondition {
  kind: 'condition';
  readonly key: number;
  field: FilterField;
  test: FilterTest;
  text: string;
  values: string[];
  /** As a date field has it. */
  day: string;
  days: string;
}
export interface DraftUnknown {
  kind: 'unknown';
  readonly key: number;
  readonly json: string;
}
export interface DraftLevel {
  kind: 'level';
  readonly key: number;
  combine: Combination['kind'];
  of: DraftNode[];
}
export type DraftNode = DraftCondition | DraftUnknown | DraftLevel;

/** What a field's condition is told: a text (of a characteristic also a number), one of some words, some of a list, or a time. */
export type FieldKind = 'text' | 'word' | 'list' | 'time';
export function kindOf(field: FilterField): FieldKind {
  if (isTextField(field)) return 'text';
  if (isOneOf(WORD_CONDITION_FIELDS, field)) return 'word';
  return isOneOf(LIST_FIELDS, field) ? 'list' : 'time';
}

export function testsOf(field: FilterField): readonly FilterTest[] {
  switch (kindOf(field)) {
    case 'text':
      return [...TEXTS, ...EMPTY_TESTS, ...(isCharacteristicCell(field) ? NUMBER_TESTS : [])];
    case 'word':
      return WORD_TESTS;
    case 'list':
      return LIST_TESTS;
    case 'time':
      // Everybody was once created and last changed.
      return field === 'createdAt' || field === 'changedAt' ? TIME_TESTS : [...TIME_TESTS, ...NEVER_TESTS];
  }
}

const TEXTS = ['contains', 'containsNot', 'is', 'isNot', 'begins', 'beginsNot'] as const;
const isTextField = (field: FilterField): field is TextCondition['field'] =>
  isCharacteristicCell(field) || isOneOf(TEXT_CONDITION_FIELDS, field) || isAddressName(field);

let made = 0;
const nextKey = () => (made += 1);

export function newCondition(field: FilterField = 'name'): DraftCondition {
  const test = testsOf(field)[0] ?? 'is';
  return { kind: 'condition', key: nextKey(), field, test, text: '', values: [], day: '', days: '30' };
}
export const newLevel = (combine: Combination['kind'] = 'all', of: DraftNode[] = [newCondition()]): DraftLevel => ({
  ...{ kind: 'level', key: nextKey(), combine, of },
});

/** Whatever else it was compared by does not fit another field. */
export function chooseField(condition: DraftCondition, field: FilterField): void {
  const isOfKind = kindOf(field) === 'text' && kindOf(condition.field) === 'text';
  Object.assign(condition, { field, values: [] });
  if (!isOfKind || !testsOf(field).includes(condition.test)) condition.test = testsOf(field)[0] ?? 'is';
}

export const draftToNode = (level: DraftLevel): Combination => ({
  kind: level.combine,
  of: level.of.flatMap((inner): FilterNode[] => {
    if (inner.kind === 'level') return [draftToNode(inner)];
    return inner.kind === 'unknown' ? [{ kind: 'unknown', json: inner.json }] : draftToCondition(inner);
  }),
});

/** None while it is not complete. */
export function draftToCondition({ field, test, text, values, day, days }: DraftCondition): Condition[] {
  if (isTextField(field)) return textConditions(field, test, text);
  if (isOneOf(NEVER_TESTS, test) && isOneOf(TIME_CONDITION_FIELDS, field)) return [{ kind: 'never', field, test }];
  if (isOneOf(WORD_CONDITION_FIELDS, field) && isOneOf(WORD_TESTS, test))
    return values.length === 0 ? [] : [{ kind: 'word', field, test, words: [...values] }];
  if (isOneOf(LIST_FIELDS, field) && isOneOf(LIST_TESTS, test))
    return values.length === 0 ? [] : [{ kind: 'list', field, test, values: [...values] }];
  if (!isOneOf(TIME_CONDITION_FIELDS, field) || !isOneOf(TIME_TESTS, test)) return [];
  const inDays = test === 'within' || test === 'notWithin';
  const value = inDays ? Number(days) : new Date(`${day}T00:00`).getTime();
  return Number.isSafeInteger(value) && (!inDays || value > 0) ? [{ kind: 'time', field, test, value }] : [];
}

function textConditions(field: TextCondition['field'], test: FilterTest, typed: string): Condition[] {
  const text = typed.trim();
  if (isOneOf(EMPTY_TESTS, test)) return [{ kind: 'empty', field, test }];
  if (text === '') return [];
  if (isOneOf(TEXT_TESTS, test)) return [{ kind: 'text', field, test, text }];
  const value = Number(text.replace(',', '.'));
  const isNumber = isCharacteristicCell(field) && isOneOf(NUMBER_TESTS, test) && Number.isFinite(value);
  return isNumber ? [{ kind: 'number', field, test, value }] : [];
}

/** Always one level, so that there is something to add to. */
export function nodeToDraft(node: FilterNode | undefined): DraftLevel {
  if (!node) return newLevel();
  return isCombination(node) ? levelOf(node) : newLevel('all', [partOf(node)]);
}

const levelOf = ({ kind, of }: Combination): DraftLevel =>
  newLevel(
    kind,
    of.map((inner) => (isCombination(inner) ? levelOf(inner) : partOf(inner))),
  );

function partOf(condition: Condition): DraftNode {
  if (condition.kind === 'unknown') return { kind: 'unknown', key: nextKey(), json: condition.json };
  const draft: DraftCondition = { ...newCondition(condition.field), test: condition.test };
  if (condition.kind === 'text') draft.text = condition.text;
  if (condition.kind === 'number') draft.text = String(condition.value);
  if (condition.kind === 'word') draft.values = [...condition.words];
  if (condition.kind === 'list') draft.values = [...condition.values];
  if (condition.kind !== 'time') return draft;
  if (condition.test === 'within' || condition.test === 'notWithin') draft.days = String(condition.value);
  else draft.day = dayOf(condition.value);
  return draft;
}

/** Of an instant, where the reader is. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function isOneOf<Value extends string>(values: readonly Value[], value: string): value is Value {
  return (values as readonly string[]).includes(value);
}
