/** Which rows of an import are of contacts that are written but not sent to: blocked or refusing, by the file or by what stands. */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import { STRICT_WORDS, type FoldState } from '#log/fold-state';
import { textIn, type JoinedTexts } from './slice-texts.ts';

/** `stricts`: columns in the order of `STRICT_FIELDS`; `row` of the state, -1 where there is none; `keys`: those of the row. */
export type IsSuppressed = (
  stricts: readonly (JoinedTexts | undefined)[],
  at: number,
  row: number,
  keys: readonly string[],
) => boolean;

export function createSuppressed(state: FoldState, ids: ContactIds): IsSuppressed {
  /** Somebody erased had this key, and had refused: that holds for whoever has it now (CON-10). */
  function isRefusing(value: string, key: number): boolean {
    if (value === '') return false;
    ids.hash(key, value, 0);
    return state.refusals.has(idFromHalves(ids.high, ids.low));
  }

  return (stricts, at, row, keys) => {
    for (let each = 0; each < STRICT_FIELDS.length; each += 1) {
      const field = STRICT_FIELDS[each] as StrictField;
      const words = STRICT_WORDS[field];
      if (textIn(stricts[each], at) === words[words.length - 1]) return true;
      if (row >= 0 && state.stricts[field].ranks[row] === words.length) return true;
    }
    return state.refusals.size > 0 && keys.some(isRefusing);
  };
}
