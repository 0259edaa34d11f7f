/**
 * A column of texts and numbers in JSON, in whichever form deflates best: one value for all, few words and their places,
 * texts of one width in a row, steps from number to number. Unpacking answers undefined for whatever is no such column.
 */
import { isRecord, pack, unpack, unpackNumbers } from './block-columns.ts';
import type { Leaf } from './entry-shapes.ts';

/** Times are milliseconds × 1,024 + counter, and the counter is nearly always 0. */
const COUNTER = 1024;
const LEAST_STEPPED = 1e9;
/** Ids of 22 letters: between two of them JSON would put three more. */
const LEAST_WIDTH = 4;
/** Below it the places cost more than the words. */
const LEAST_REPEATED = 4;

export function packLeaves(values: readonly Leaf[]): object {
  const packed = pack(values);
  if (!Array.isArray(packed)) return packed;
  const words = new Map<Leaf, number>();
  for (const value of values) if (!words.has(value)) words.set(value, words.size);
  if (words.size * LEAST_REPEATED <= values.length)
    return { words: [...words.keys()], at: values.map((value) => words.get(value)) };
  if (values.every((value): value is number => Number.isSafeInteger(value) && (value as number) >= LEAST_STEPPED))
    return packSteps(values);
  const width = isText(values[0]) ? values[0].length : 0;
  if (width >= LEAST_WIDTH && values.every((value) => isText(value) && value.length === width))
    return { width, text: values.join('') };
  return values;
}

/** `count` is known to be no bomb. */
export function unpackLeaves(packed: unknown, count: number): readonly Leaf[] | undefined {
  const values = isRecord(packed) ? unpackForm(packed, count) : unpack(packed, count);
  return values?.every(isLeaf) ? values : undefined;
}

function unpackForm(packed: Readonly<Record<string, unknown>>, count: number): readonly unknown[] | undefined {
  if ('all' in packed) return unpack(packed, count);
  if ('words' in packed) return unpackWords(packed['words'], packed['at'], count);
  return 'steps' in packed ? unpackSteps(packed, count) : unpackWidth(packed, count);
}

function unpackWords(words: unknown, at: unknown, count: number): readonly unknown[] | undefined {
  if (!Array.isArray(words) || words.length === 0) return undefined;
  return unpackNumbers(at, count, words.length - 1)?.map((place): unknown => words[place]);
}

function packSteps(values: readonly number[]): object {
  let before = 0;
  const steps = values.map((value) => {
    const high = Math.floor(value / COUNTER);
    const step = high - before;
    before = high;
    return step;
  });
  return { steps, rest: pack(values.map((value) => value % COUNTER)) };
}

function unpackSteps({ steps, rest }: Readonly<Record<string, unknown>>, count: number): number[] | undefined {
  const low = unpackNumbers(rest, count, COUNTER - 1);
  if (!low || !Array.isArray(steps) || steps.length !== count) return undefined;
  let high = 0;
  // A sum that is no number is found by whoever asks whether each is a leaf.
  return low.map((counter, at) => {
    const step: unknown = steps[at];
    high += typeof step === 'number' ? step : NaN;
    return high * COUNTER + counter;
  });
}

function unpackWidth({ width, text }: Readonly<Record<string, unknown>>, count: number): string[] | undefined {
  if (!Number.isInteger(width) || !isText(text) || text.length !== (width as number) * count) return undefined;
  const letters = width as number;
  return Array.from({ length: count }, (_, at) => text.slice(at * letters, (at + 1) * letters));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isLeaf = (value: unknown): value is Leaf => isText(value) || Number.isFinite(value);
