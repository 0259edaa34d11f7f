/** Words in columns of status and consent that mean nothing yet, with how often they stand there; the whole file is read. */
import { LONGEST_CELL } from './limits.ts';
import { BEGINNING, type RowSource } from './row-source.ts';
import type { MappedField, UnknownWord } from './types.ts';
import { readConsent, readStatus, wordOf } from './values.ts';

/** A column with more words than this is no column of status; the rest of them are errors, by row. */
export const MOST_UNKNOWN_WORDS = 40;

interface AskedColumn {
  readonly at: number;
  readonly of: UnknownWord['of'];
  readonly read: (word: string) => string | undefined;
}

/** Commonest first. */
export async function findUnknownWords(source: RowSource, fields: readonly MappedField[]): Promise<UnknownWord[]> {
  const columns = fields.flatMap((field, at): AskedColumn[] => {
    if (field === 'status') return [{ at, of: 'status', read: readStatus }];
    return field.startsWith('consent:') ? [{ at, of: 'consent', read: readConsent }] : [];
  });
  const found = new Map<string, UnknownWord>();
  if (columns.length === 0) return [];
  // Columns of few words: each is looked up once.
  const counts = columns.map(() => new Map<string, number>());
  for (let slice = await source.read(BEGINNING); slice; slice = await source.read(slice.next)) {
    const { rows, damaged } = slice;
    rows.forEach((row, index) => {
      if (damaged.has(index)) return;
      columns.forEach(({ at }, each) => {
        const raw = row[at] ?? '';
        const known = counts[each];
        if (raw === '' || !known) return;
        const count = known.get(raw);
        if (count !== undefined || known.size < MOST_SPELLINGS) known.set(raw, (count ?? 0) + 1);
      });
    });
  }
  columns.forEach(({ of, read }, each) => {
    for (const [raw, count] of counts[each] ?? []) {
      const word = raw.length > LONGEST_CELL ? '' : wordOf(raw);
      if (word === '' || read(word) !== undefined) continue;
      const key = `${of} ${word}`;
      found.set(key, { of, word, count: count + (found.get(key)?.count ?? 0) });
    }
  });
  return [...found.values()].sort((one, other) => other.count - one.count).slice(0, MOST_UNKNOWN_WORDS);
}

const MOST_SPELLINGS = 2_000;
