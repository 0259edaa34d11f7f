/**
 * Errors of an import that is not written yet: written out with their rows, and mended, cell by cell or by that file. A
 * mended import is checked from its beginning, so that its figures are again exactly what will happen (IMP-6, IMP-7).
 */
import type { ImportId } from '#domain/ids';
import type { OtherParts } from '#import/check-others';
import { createSliceChecker } from '#import/check-slice';
import { createErrorLines, findMends, readErrorFile, widthOfErrorFile, type ErrorRow } from '#import/error-file';
import { MOST_MENDS } from '#import/mends';
import { previewFile } from '#import/preview';
import { openRows, type RowSource } from '#import/row-source';
import type { CellProblem, Continued, Mend, RowProblem } from '#import/types';
import type { ChunkRow, ImportRow } from '#storage/types';
import { placeOf } from './import-lookup.ts';
import { allProblems } from './import-run.ts';

export async function writeErrorFile(
  row: ImportRow,
  source: RowSource,
  chunks: readonly ChunkRow[],
  words: Readonly<Record<CellProblem, string>>,
): Promise<Blob> {
  const width = Math.max(source.header.length, row.settings.fields.length);
  const lines = createErrorLines(row.id, source.header, width);
  const parts = [lines.head()];
  for (const chunk of chunks) {
    if (chunk.problems.length === 0) continue;
    const slice = await source.read(placeOf(chunk, source));
    if (!slice) continue;
    const checked = createSliceChecker(row.settings, source.header, ANY_TAGS)(slice);
    const problems = Map.groupBy(allProblems(slice, checked, chunk.outcomes), (problem) => problem.row);
    const rows = slice.rows.flatMap((cells, index): ErrorRow[] => {
      const number = slice.numbers[index] ?? 0;
      const found: readonly RowProblem[] = problems.get(number) ?? [];
      if (found.length === 0) return [];
      return [
        {
          row: number,
          cells,
          columns: found.map(({ column }) => column),
          reasons: found.map(({ problem }) => words[problem]),
        },
      ];
    });
    if (rows.length > 0) parts.push(lines.rows(rows));
  }
  return new Blob(parts, { type: 'text/csv' });
}

/** Only what is wrong is asked for here. */
const ANY_TAGS: OtherParts = {
  idOf: (tag) => tag as ReturnType<OtherParts['idOf']>,
  ...{ known: [], knownScopes: [] },
};

export interface ContinueParts {
  readonly get: (id: ImportId) => Promise<ImportRow | undefined>;
  /** As mended so far. */
  readonly sourceOf: (row: ImportRow) => Promise<RowSource | undefined>;
  readonly mend: (id: ImportId, mends: readonly Mend[]) => Promise<void>;
}

/** Whether a file holds the errors of an import of this device, and what becomes of it then. */
export async function continueFrom(file: Blob, { get, sourceOf, mend }: ContinueParts): Promise<Continued> {
  const result = await previewFile(file);
  if (result.kind !== 'preview') return { kind: 'other' };
  const { reading, columns } = result.preview;
  const width = widthOfErrorFile(columns.map(({ name }) => name));
  const source = width === undefined ? undefined : await openRows(file, reading);
  if (width === undefined || !source || typeof source === 'string') return { kind: 'other' };
  const mended = await readErrorFile(source, width);
  const row = mended && (await get(mended.importId as ImportId));
  if (!mended || !row) return { kind: 'other' };
  const original = row.phase === 'written' ? undefined : await sourceOf(row);
  const mends = original && (await findMends(original, mended));
  if (mends && mends.length <= MOST_MENDS) {
    if (mends.length > 0) await mend(row.id, mends);
    return { kind: 'mended', id: row.id, cells: mends.length };
  }
  const fields = columns.map((_, at) => (at < width ? (row.settings.fields[at] ?? 'ignore') : 'ignore'));
  return { kind: 'again', settings: { ...row.settings, reading, fields } };
}
