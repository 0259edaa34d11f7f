/**
 * Which rows changed since a version of the fold's state, for all who keep something of rows up to date: all rows are
 * looked through once a version, not once for each of them. Only for a few changes, as by hand: after more, whoever asks
 * makes his anew.
 */
import type { FoldState } from '#log/fold-state';

export interface ChangedRows {
  /** Rows that changed or came since, each once; undefined where they are many, or no longer known, or some are gone. */
  readonly since: (version: number) => readonly number[] | undefined;
}

/** Each is looked for among a million where it stands: more of them cost what it costs to make all anew. */
const MOST = 32;

export function createChangedRows(state: FoldState): ChangedRows {
  /** Version by row, the latest last. Nothing is known of what was before `from`. */
  const changed = new Map<number, number>();
  let from = state.version;
  let lookedAt = state.version;
  let rows = state.ids.count;

  function look(): void {
    // Folded anew, there may be fewer rows: whoever keeps some must let go of those that are no more.
    const found = state.ids.count < rows ? undefined : changedAfter(state, lookedAt);
    lookedAt = state.version;
    rows = state.ids.count;
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
    since(version) {
      if (lookedAt !== state.version) look();
      if (version < from) return undefined;
      return [...changed].flatMap(([row, at]) => (at > version ? [row] : []));
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
