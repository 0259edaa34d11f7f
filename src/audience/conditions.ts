/**
 * What the conditions of a filter come to, as sets of rows. Those that ask a row something are worked out once and, when
 * the audience has changed, anew for the rows that changed; those of texts are looked for by `search.ts`.
 */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import {
  isCombination,
  TEXT_CONDITION_FIELDS,
  type Condition,
  type FilterNode,
  type ListCondition,
  type NumberCondition,
  type TextCondition,
  type TextConditionField,
  type TimeCondition,
  type TimeConditionField,
  type WordCondition,
} from '#domain/filter';
import type { GroupId, TagId } from '#domain/ids';
import { tagCell } from '#domain/tag';
import type { FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';
import { allBits, andBits, createBits, notBits, orBits, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { strictAt, textAt } from './columns.ts';
import { foldText } from './fold-text.ts';
import type { Groups } from './groups.ts';
import { createKeptBits, type RowTest } from './kept-bits.ts';
import type { Search } from './search.ts';
import { readNumber } from './read-number.ts';
import { isPhone, phoneSpellings } from './terms.ts';

export interface Conditions {
  /** Rows of all kinds, listed or not. `hour`: begun since 1970; days are counted back from it. */
  readonly rowsOf: (node: FilterNode, hour: number) => Bits;
}

export interface ConditionParts {
  readonly state: FoldState;
  readonly changes: ChangedRows;
  readonly groups: Groups;
  readonly search: Search;
}

type Known = Exclude<Condition, { readonly kind: 'unknown' }>;

/** A filter with all that was tried on the way to it; 125 kB each at a million. */
const KEPT = 64;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export function createConditions({ state, changes, groups, search }: ConditionParts): Conditions {
  const kept = createKeptBits(state, changes, KEPT);

  function rowsOf(node: FilterNode, hour: number): Bits {
    if (!isCombination(node)) return conditionRows(node, hour);
    const sets = node.of.map((inner) => rowsOf(inner, hour));
    // What combines nothing says nothing.
    return sets.length === 0 ? allBits(state.ids.count) : sets.reduce(node.kind === 'all' ? andBits : orBits);
  }

  function conditionRows(condition: Condition, hour: number): Bits {
    if (condition.kind === 'unknown') return createBits(state.ids.count);
    const [name, isNot] = asAsked(condition, hour);
    const bits =
      condition.kind === 'text' && isTextConditionField(condition.field)
        ? kept.found(name, () => textRows(condition.field as TextConditionField, condition))
        : kept.passing(name, () => testOf(condition, hour));
    return isNot ? notBits(bits, state.ids.count) : bits;
  }

  /** The name under which it is kept: of a test and its opposite one, and another where other things than rows count. */
  function asAsked(condition: Known, hour: number): readonly [name: string, isNot: boolean] {
    const { test, ...rest } = condition;
    const isNot = OPPOSITES.has(test);
    const asked = OPPOSITES.get(test) ?? test;
    const of = [
      ...(condition.kind === 'list' && condition.field === 'group' ? [groups.version] : []),
      ...(asked === 'within' || namesDynamic(condition) ? [hour] : []),
    ];
    return [JSON.stringify([rest, asked, of]), isNot];
  }

  /** Its conditions may be of days. */
  const namesDynamic = (condition: Known) =>
    condition.kind === 'list' &&
    condition.field === 'group' &&
    condition.values.some((group) => groups.isDynamic(group as GroupId));

  function textRows(field: TextConditionField, { test, text }: TextCondition): Bits {
    const place = placeOf(test);
    const folded = foldText(text.trim());
    return search.findIn(field, place, field === 'phone' && isPhone(folded) ? phoneSpellings(folded) : [folded]);
  }

  function testOf(condition: Known, hour: number): RowTest {
    switch (condition.kind) {
      case 'text':
        return valueTest(condition.field, textTest(condition));
      case 'number':
        return valueTest(condition.field, numberTest(condition));
      case 'empty': {
        const { field } = condition;
        if (!isTextConditionField(field)) return valueTest(field, (value) => value === '');
        return (row) => textAt(state, field, row) === '';
      }
      case 'word':
        return wordTest(condition);
      case 'list':
        return listTest(condition);
      case 'time':
        return timeTest(condition, hour);
      case 'never':
        return (row) => stampsOf(condition.field)[row] === 0;
    }
  }

  /** Of a column in which few values are those of many rows each is looked at once. */
  function valueTest(name: string, passes: (value: string) => boolean): RowTest {
    const known = new Map<string, boolean>();
    const column = state.others.get(name);
    return (row) => {
      const value = column?.valueAt(row) ?? '';
      const found = known.get(value);
      if (found !== undefined) return found;
      const answer = passes(value);
      if (known.size < MOST_KNOWN) known.set(value, answer);
      return answer;
    };
  }

  function wordTest({ field, words }: WordCondition): RowTest {
    if (!isStrict(field)) {
      const none = field === 'status' ? 'active' : NO_SMS_TYPE;
      return (row) => words.includes(textAt(state, field, row) || none);
    }
    const none = field === 'blocked' ? 'no' : 'unknown';
    return (row) => words.includes(strictAt(state, field, row) ?? none);
  }

  function listTest({ field, values }: ListCondition): RowTest {
    if (field === 'group') {
      const tests = values.map((group) => groups.memberTest(group as GroupId));
      return (row) => tests.some((isMember) => isMember(row));
    }
    if (field === 'tag') {
      const columns = values.flatMap((tag) => state.others.get(tagCell(tag as TagId)) ?? []);
      return (row) => columns.some((column) => (column.valueAt(row) ?? '') !== '');
    }
    if (field === 'callingCode') {
      const { phone } = state.texts;
      const beginnings = values.map((code) => `+${code}`);
      return (row) => {
        const number = phone.get(row);
        return beginnings.some((beginning) => number?.startsWith(beginning));
      };
    }
    const imports = new Set<string | undefined>(values);
    return (row) => imports.has(state.stamps.entryOf(state.created[row] as number) ?? '');
  }

  function timeTest({ field, test, value }: TimeCondition, hour: number): RowTest {
    const stamps = stampsOf(field);
    const timeAt = (row: number) => msOfTime(state.stamps.timeOf(stamps[row] as number));
    if (test === 'before') return (row) => stamps[row] !== 0 && timeAt(row) < value;
    const from = test === 'after' ? value : (hour - value * DAY_HOURS) * HOUR_MS;
    return (row) => stamps[row] !== 0 && timeAt(row) >= from;
  }

  function stampsOf(field: TimeConditionField): Uint32Array {
    return state[STAMP_COLUMNS[field]];
  }

  return { rowsOf };
}

/** Values that are remembered while a condition is worked out. */
const MOST_KNOWN = 10_000;

const placeOf = (test: TextCondition['test']) =>
  test.startsWith('is') ? 'whole' : test.startsWith('begins') ? 'first' : 'within';

const isTextConditionField = (field: string): field is TextConditionField =>
  (TEXT_CONDITION_FIELDS as readonly string[]).includes(field);

function textTest({ field, test, text }: TextCondition): (value: string) => boolean {
  const folded = foldText(text.trim());
  if (!field.startsWith('phone@') || !isPhone(folded)) return placeTest(test, folded);
  const tests = phoneSpellings(folded).map((spelling) => placeTest(test, spelling));
  return (value) => tests.some((isIn) => isIn(value.replace('+', '')));
}

function placeTest(test: TextCondition['test'], folded: string): (value: string) => boolean {
  switch (placeOf(test)) {
    case 'whole':
      return (value) => foldText(value) === folded;
    case 'first':
      return (value) => foldText(value).startsWith(folded);
    case 'within':
      return (value) => foldText(value).includes(folded);
  }
}

function numberTest({ test, value: bound }: NumberCondition): (value: string) => boolean {
  return (value) => {
    const number = readNumber(value);
    return number !== undefined && (test === 'greater' ? number > bound : number < bound);
  };
}

const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['isNot', 'is'],
  ['containsNot', 'contains'],
  ['beginsNot', 'begins'],
  ['filled', 'empty'],
  ['notIn', 'in'],
  ['notWithin', 'within'],
  ['ever', 'never'],
]);

const STAMP_COLUMNS = {
  createdAt: 'created',
  changedAt: 'changed',
  firstContactAt: 'firstMessaged',
  lastContactAt: 'lastMessaged',
} as const;

/** What a contact without an SMS type is said to have. */
const NO_SMS_TYPE = 'none';
const isStrict = (field: string): field is StrictField => STRICT_FIELDS.some((strict) => strict === field);
