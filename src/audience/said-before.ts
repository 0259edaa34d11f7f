/**
 * What a file said against itself: of two rows of one person the later stood, so the same file again changes nothing
 * (IMP-12). The very same file only; another one that says the earlier value means it.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { ImportId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import type { CellName } from '#log/types';
import { isTextName } from './field-names.ts';

export interface SaidBefore {
  /** A later row of the same file replaced this value, and what it put there still stands. */
  readonly replaced: (field: CellName, row: number, value: string) => boolean;
  /** Who held this key until a later row of the same file gave it another; -1 where nobody. */
  readonly formerHolder: (key: number, value: string) => number;
}

/** `sameFile`: earlier imports of the file that is planned now. */
export function createSaidBefore(state: FoldState, sameFile: ReadonlySet<ImportId>): SaidBefore {
  if (sameFile.size === 0) return { replaced: () => false, formerHolder: () => -1 };

  const stampAt = (field: CellName, row: number) =>
    isTextName(field) ? (state.texts[field].stamps[row] as number) : (state.others.get(field)?.stampAt(row) ?? 0);
  const replaced = (field: CellName, row: number, value: string): boolean => {
    const stamp = stampAt(field, row);
    const importId = state.stamps.importOf(stamp);
    if (importId === undefined || !sameFile.has(importId)) return false;
    const cells = state.replaced.get(row) ?? [];
    return cells.some((cell) => cell.field === field && cell.stamp === stamp && cell.value === value);
  };

  const holders = KEY_FIELDS.map(() => new Map<string, number>());
  for (const [row, cells] of state.replaced) {
    for (const { field, value } of cells) {
      const key = KEY_FIELDS.findIndex((keyField) => keyField === field);
      if (key >= 0 && value !== '' && replaced(field, row, value)) holders[key]?.set(value, row);
    }
  }
  return { replaced, formerHolder: (key, value) => holders[key]?.get(value) ?? -1 };
}
