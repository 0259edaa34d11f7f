/**
 * Filters as they are kept in views and dynamic groups, untrusted → trusted. Whatever is not understood stays in its
 * place as it is, so that a newer version's filter comes through an older one unharmed; it lets nobody through.
 */
import * as v from 'valibot';
import type { CharacteristicCell } from '#domain/characteristic';
import {
  EMPTY_TESTS,
  FILTER_LEVELS,
  LIST_TESTS,
  NEVER_TESTS,
  NUMBER_TESTS,
  TEXT_CONDITION_FIELDS,
  TEXT_TESTS,
  TIME_CONDITION_FIELDS,
  TIME_TESTS,
  WORD_CONDITION_FIELDS,
  WORD_TESTS,
  type Condition,
  type FilterNode,
} from '#domain/filter';
import { isAddressName, type AddressName } from '#domain/scope';

/** More than anybody builds by hand; each costs a look at every contact. */
export const MOST_CONDITIONS = 100;
export const MOST_VALUES = 1_000;
export const LONGEST_CONDITION_TEXT = 200;
const LONGEST_VALUE = 120;
/** A few lists of groups and imports. */
const LONGEST_FILTER = 100_000;
/** Ten thousand years. */
const MOST_DAYS = 3_652_500;

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_CONDITION_TEXT));
const values = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_VALUE));

const characteristic = v.custom<CharacteristicCell>((name) => typeof name === 'string' && CHARACTERISTIC.test(name));
/** A characteristic is named by its id: what it is called may change. */
const CHARACTERISTIC = /^x:[0-9a-f]{16}$/;
const address = v.custom<AddressName>((name) => typeof name === 'string' && isAddressName(name));
const textField = v.union([v.picklist(TEXT_CONDITION_FIELDS), characteristic, address]);

const condition = v.union([
  v.pipe(
    v.strictTuple([characteristic, v.picklist(NUMBER_TESTS), v.pipe(v.number(), v.finite())]),
    v.transform(([field, test, value]): Condition => ({ kind: 'number', field, test, value })),
  ),
  v.pipe(
    v.strictTuple([textField, v.picklist(TEXT_TESTS), text]),
    v.transform(([field, test, text]): Condition => ({ kind: 'text', field, test, text })),
  ),
  v.pipe(
    v.strictTuple([textField, v.picklist(EMPTY_TESTS)]),
    v.transform(([field, test]): Condition => ({ kind: 'empty', field, test })),
  ),
  v.pipe(
    v.tupleWithRest([v.picklist(WORD_CONDITION_FIELDS), v.picklist(WORD_TESTS)], values),
    v.minLength(3),
    v.maxLength(MOST_VALUES),
    v.transform(([field, test, ...words]): Condition => ({ kind: 'word', field, test, words })),
  ),
  v.pipe(
    v.tupleWithRest([v.picklist(['group', 'tag', 'callingCode', 'import']), v.picklist(LIST_TESTS)], values),
    v.minLength(3),
    v.maxLength(MOST_VALUES),
    v.transform(([field, test, ...rest]): Condition => ({ kind: 'list', field, test, values: rest })),
  ),
  v.pipe(
    v.strictTuple([v.picklist(TIME_CONDITION_FIELDS), v.picklist(TIME_TESTS), v.pipe(v.number(), v.safeInteger())]),
    v.check(([, test, value]) => test === 'before' || test === 'after' || (value >= 1 && value <= MOST_DAYS)),
    v.transform(([field, test, value]): Condition => ({ kind: 'time', field, test, value })),
  ),
  v.pipe(
    v.strictTuple([v.picklist(TIME_CONDITION_FIELDS), v.picklist(NEVER_TESTS)]),
    v.transform(([field, test]): Condition => ({ kind: 'never', field, test })),
  ),
]);

/** Undefined for an empty text: it says nothing. */
export function parseFilter(json: string): FilterNode | undefined {
  if (json === '') return undefined;
  try {
    const left = { conditions: MOST_CONDITIONS };
    if (json.length <= LONGEST_FILTER) return parseNode(JSON.parse(json), FILTER_LEVELS, left);
  } catch {
    // No JSON, or so deep that it cannot be written again.
  }
  return { kind: 'unknown', json: JSON.stringify(json) };
}

function parseNode(json: unknown, levels: number, left: { conditions: number }): FilterNode {
  const unknown = (): FilterNode => ({ kind: 'unknown', json: JSON.stringify(json) });
  if (Array.isArray(json) && (json[0] === 'all' || json[0] === 'any')) {
    const of = json.slice(1);
    if (levels === 0 || of.length > left.conditions) return unknown();
    return { kind: json[0], of: of.map((inner: unknown) => parseNode(inner, levels - 1, left)) };
  }
  left.conditions -= 1;
  const parsed = left.conditions < 0 ? undefined : v.safeParse(condition, json);
  return parsed?.success ? parsed.output : unknown();
}
