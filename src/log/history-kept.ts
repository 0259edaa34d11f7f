/**
 * Words of consent and blocked that stand of a contact though no row ever named him: they were said of somebody with whom
 * he was one, until an undo took the two apart (decision 0006, 9). The state says of which entries they are.
 */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { EntryId } from '#domain/ids';
import { STRICT_WORDS, type FoldState } from './fold-state.ts';
import type { Said } from './history-types.ts';
import type { Stamp } from './stamps.ts';

type CellSaid = Extract<Said, { readonly kind: 'cell' }>;

/** Every word that stands of the row in the state of all, by the entry that said it. */
export function wordsThatStand({ stamps, stricts }: FoldState, row: number): ReadonlyMap<EntryId, readonly CellSaid[]> {
  const words = new Map<EntryId, readonly CellSaid[]>();
  const add = (name: StrictField, stamp: Stamp, rank: number, greatest: number) => {
    const entry = stamps.entryOf(stamp);
    const value = STRICT_WORDS[name][rank - 1];
    if (entry === undefined || value === undefined) return;
    const standing = rank === greatest ? 'stands' : 'outweighed';
    words.set(entry, [...(words.get(entry) ?? []), { kind: 'cell', name, value, standing }]);
  };
  for (const field of STRICT_FIELDS) {
    const column = stricts[field];
    const greatest = column.ranks[row] ?? 0;
    if (greatest === 0) continue;
    const said = column.more.get(row) ?? [{ stamp: column.stamps[row] as Stamp, rank: greatest }];
    for (const { stamp, rank } of said) add(field, stamp, rank, greatest);
  }
  return words;
}

/** Those that no step has said. */
export function unsaid(words: readonly CellSaid[], steps: readonly Said[]): readonly CellSaid[] {
  const isSaid = (word: CellSaid) =>
    steps.some((one) => one.kind === 'cell' && one.name === word.name && one.value === word.value);
  return words.filter((word) => !isSaid(word));
}
