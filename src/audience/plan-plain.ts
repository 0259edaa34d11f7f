/**
 * The plain case of a plan, which is nearly every row of a first import: a new contact whose keys nobody has or had, in
 * the list or in the file before. It makes no texts and asks for nothing that the hashes of the keys do not say. Where
 * one of them is known in any way, all is left to the plan itself, which comes to the same for those that are let through.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { ContactIds } from '#log/contact-id';
import { STRICT_WORDS, type FoldState } from '#log/fold-state';
import type { KeyIndex } from '#log/key-index';
import type { OtherPlan } from './plan-others.ts';
import type { Overlay } from './plan-overlay.ts';
import type { RowWriter } from './plan-rows.ts';
import { hasTextAt, textIn, type JoinedTexts } from './slice-texts.ts';

type Columns = readonly (JoinedTexts | undefined)[];

export interface PlainPlan {
  readonly begin: (texts: Columns, stricts: Columns, writer: RowWriter) => void;
  /** Whether the row was planned: then it is a new contact. */
  readonly plan: (at: number) => boolean;
  /** Halves of its id. */
  readonly high: () => number;
  readonly low: () => number;
}

const KEY_TEXTS = KEY_FIELDS.map((field) => TEXT_FIELDS.indexOf(field));
const NO_ROW = -1;
const nothingStood = () => undefined;

export function createPlainPlan(
  state: FoldState,
  ids: ContactIds,
  index: KeyIndex,
  overlay: Overlay,
  others: OtherPlan,
): PlainPlan {
  const highs = new Uint32Array(KEY_FIELDS.length);
  const lows = new Uint32Array(KEY_FIELDS.length);
  let texts: Columns = [];
  let stricts: Columns = [];
  let keys: Columns = [];
  let writer: RowWriter | undefined;
  let strongest = 0;

  /** Of the keys that the row has, in the order of `KEY_FIELDS`; false where one may be somebody's. */
  function hashKeys(at: number): boolean {
    strongest = NO_ROW;
    for (let key = 0; key < keys.length; key += 1) {
      const column = keys[key];
      if (!column || !hasTextAt(column, at)) continue;
      const { text, starts } = column;
      const [from, to] = starts ? [starts[at] as number, starts[at + 1] as number] : [0, text.length];
      if (index.mayHold(key, text, from, to)) return false;
      ids.hashIn(key, text, from, to);
      if (overlay.mayHold(key, ids.low)) return false;
      highs[key] = ids.high;
      lows[key] = ids.low;
      if (strongest < 0) strongest = key;
    }
    return strongest >= 0;
  }

  const isFree = (high: number, low: number) =>
    !state.erased.has(high, low) && overlay.ids.find(high, low) < 0 && state.ids.find(high, low) < 0;

  function cellsOf(at: number): number {
    let cells = 0;
    for (let each = 0; each < TEXT_FIELDS.length; each += 1) {
      const column = texts[each];
      if (column && hasTextAt(column, at)) cells |= 1 << each;
    }
    for (let each = 0; each < STRICT_FIELDS.length; each += 1) {
      const column = stricts[each];
      const words = column && STRICT_WORDS[STRICT_FIELDS[each] as (typeof STRICT_FIELDS)[number]];
      if (words?.includes(textIn(column, at))) cells |= 1 << (TEXT_FIELDS.length + each);
    }
    return cells;
  }

  return {
    begin(nextTexts, nextStricts, nextWriter) {
      [texts, stricts, writer] = [nextTexts, nextStricts, nextWriter];
      keys = KEY_TEXTS.map((each) => texts[each]);
    },
    plan(at) {
      if (!hashKeys(at) || !isFree(highs[strongest] as number, lows[strongest] as number)) return false;
      const met = overlay.add(highs[strongest] as number, lows[strongest] as number, 'born');
      const cells = cellsOf(at);
      for (let each = 0; each < TEXT_FIELDS.length; each += 1)
        if ((cells & (1 << each)) !== 0) overlay.setWritten(met, each);
      others.write(at, met, NO_ROW, 'first', nothingStood);
      for (let key = 0; key < KEY_FIELDS.length; key += 1)
        if ((cells & (1 << (KEY_TEXTS[key] as number))) !== 0)
          overlay.setKey(met, key, highs[key] as number, lows[key] as number);
      writer?.addBirth(at, strongest, cells);
      return true;
    },
    high: () => highs[strongest] as number,
    low: () => lows[strongest] as number,
  };
}
