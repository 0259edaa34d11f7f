/**
 * The columns that a table shows: those somebody chose, else as many of the first ones as there is room for. Where the
 * choice is kept (this device, a view) is handed in.
 */
import { hideColumn, moveColumn, resizeColumn, showColumn, type TableLayout } from '#domain/table-layout';
import type { ContactColumn } from './columns.ts';

export interface TableColumns {
  /** Reactive, in their order; `track` is the grid's. */
  readonly shown: readonly (ContactColumn & { readonly track: string })[];
  /** Reactive. */
  readonly hidden: readonly ContactColumn[];
  /** Reactive. Undefined while nothing was chosen. */
  readonly chosen: TableLayout | undefined;
  /** Width of the table in px; 0 where there is none, as with cards. */
  room: number;
  readonly show: (id: string) => void;
  readonly hide: (id: string) => void;
  /** Takes the place of another. */
  readonly move: (id: string, onto: string) => void;
  readonly resize: (id: string, widthPx: number) => void;
  /** As they are first seen. */
  readonly reset: () => void;
}

export interface KeptLayout {
  readonly layout: TableLayout | undefined;
  readonly setLayout: (layout: TableLayout | undefined) => void;
}

export function createTableColumns(known: () => readonly ContactColumn[], kept: () => KeptLayout): TableColumns {
  let room = $state(0);
  const chosen = $derived(kept().layout);
  const atFirst = $derived<TableLayout>(
    known().flatMap(({ id, least }) => (least !== undefined && (room === 0 || room >= least) ? [{ id }] : [])),
  );
  const layout = $derived(chosen ?? atFirst);
  const shown = $derived(
    layout.flatMap(({ id, widthPx }) => {
      const column = known().find((each) => each.id === id);
      return column ? [{ ...column, track: widthPx === undefined ? column.width : `${widthPx}px` }] : [];
    }),
  );
  const hidden = $derived(known().filter(({ id }) => !shown.some((column) => column.id === id)));
  const change = (next: TableLayout) => kept().setLayout(next);

  return {
    get shown() {
      return shown;
    },
    get hidden() {
      return hidden;
    },
    get chosen() {
      return chosen;
    },
    get room() {
      return room;
    },
    set room(next) {
      room = next;
    },
    show: (id) => change(showColumn(layout, id)),
    hide: (id) => change(hideColumn(layout, id)),
    move: (id, onto) => change(moveColumn(layout, id, onto)),
    resize: (id, widthPx) => change(resizeColumn(layout, id, widthPx)),
    reset: () => kept().setLayout(undefined),
  };
}
