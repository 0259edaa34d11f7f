/**
 * Which rows changed since a version of the fold's state, for all who keep something of rows up to date: all rows are
 * looked through once a version, not once for each of them. Only for a few changes, as by hand: after more, whoever asks
 * makes his anew.
 */
import type { FoldState } from '#log/fold-state';

export interface ChangedRows {
  /**
   * Rows that changed or came since, each once; undefined where they are many, or no longer known. `rows`: how many there
   * were: folded anew, there may be fewer, and whoever keeps something of those that are no more must make his anew.
   */
  readonly since: (version: number, rows: number) => readonly number[] | undefined;
}

/** Each is looked for among a million where it stands: more of them cost what it costs to make all anew. */
const MOST = 32;

export function createChangedRows(state: FoldState): ChangedRows {
  /** Version by row, the latest last. Nothing is known of what was before `from`. */
  const changed = new Map<number, number>();
  let from = state.version;
  let lookedAt = state.version;

  function look(): void {
    const found = changedAfter(state, lookedAt);
    lookedAt = state.version;
    if (!found) {
      changed.clear();
      from = lookedAt;
      return;
    }
    for (const row of found) {
      changed.delete(row);
      changed.set(row, state.touched[row] as number);
    }
    for (const [row, version] of changed) {
      if (changed.size <= MOST) break;
      changed.delete(row);
      from = version;
    }
  }

  return {
    since(version, rows) {
      if (lookedAt !== state.version) look();
      const { count } = state.ids;
      if (version < from || count < rows) return undefined;
      return [...changed].flatMap(([row, at]) => (at > version && row < count ? [row] : []));
    },
  };
}

/** In the order in which they changed. A row that is new was touched by whatever brought it. */
function changedAfter({ touched, ids: { count } }: FoldState, version: number): readonly number[] | undefined {
  const rows: number[] = [];
  for (let row = 0; row < count; row += 1)
    if ((touched[row] as number) > version && rows.push(row) > MOST) return undefined;
  return rows.sort((one, other) => (touched[one] as number) - (touched[other] as number));
}
