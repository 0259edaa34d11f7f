/** Which pasts of a log its words are kept from (`#log/reversals`). */
import { pastsOf, type Past } from '#log/reversals';
import { compareEntries } from '#log/stamps';
import type { UndoBody } from '#log/types';
import type { Written } from './entries.ts';

export function pastsIn(written: readonly Pick<Written, 'entry'>[]): readonly Past[] {
  const entries = written.map(({ entry }) => entry).sort(compareEntries);
  const undos = entries.flatMap((entry) =>
    entry.body.kind === 'undo' ? [{ ...(entry.body as UndoBody), entry }] : [],
  );
  const commits = entries.filter(({ body }) => body.kind === 'commit').map((entry) => [entry.id, entry] as const);
  return pastsOf(undos, new Map(commits));
}
