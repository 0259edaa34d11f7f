/** Rows of an import that is not yet written, found again in its kept file: samples behind each figure, and errors. */
import { createSliceChecker } from '#import/check-slice';
import type { Place, RowSource } from '#import/row-source';
import type { TagId } from '#domain/ids';
import { ROW_OUTCOMES, type RowOutcome, type RowProblem, type RowSample } from '#import/types';
import type { ChunkRow, ImportRow } from '#storage/types';
import { allProblems, PROBLEMS_KEPT, knownOf } from './import-run.ts';

/** Of a cell that is a whole page. */
const SHOWN = 200;

export async function findSamples(
  source: RowSource,
  chunks: readonly ChunkRow[],
  outcome: RowOutcome | 'suppressed',
  limit: number,
): Promise<readonly RowSample[]> {
  const wanted = outcome === 'suppressed' ? -1 : ROW_OUTCOMES.indexOf(outcome);
  const isWanted = (chunk: ChunkRow, row: number) =>
    wanted === -1 ? chunk.suppressed[row] === 1 : chunk.outcomes[row] === wanted;
  const samples: RowSample[] = [];
  for (const chunk of chunks) {
    if (samples.length >= limit) break;
    if (!chunk.outcomes.some((_, row) => isWanted(chunk, row))) continue;
    const slice = await source.read(placeOf(chunk, source));
    slice?.rows.forEach((cells, row) => {
      if (samples.length >= limit || !isWanted(chunk, row)) return;
      samples.push({
        row: slice.numbers[row] ?? 0,
        outcome: ROW_OUTCOMES[chunk.outcomes[row] ?? 0] ?? 'error',
        cells: cells.map((cell) => cell.slice(0, SHOWN)),
      });
    });
  }
  return samples;
}

/** `source` is asked for only where a chunk has more problems than were kept. */
export async function findProblems(
  row: ImportRow,
  openSource: () => Promise<RowSource | undefined>,
  chunks: readonly ChunkRow[],
  limit: number,
  tagId: (tag: string) => TagId,
): Promise<readonly RowProblem[]> {
  const problems: RowProblem[] = [];
  for (const chunk of chunks) {
    if (problems.length >= limit) break;
    problems.push(
      ...(chunk.problems.length < PROBLEMS_KEPT
        ? chunk.problems
        : await readAgain(row, openSource, chunks, chunk, tagId)),
    );
  }
  return problems.slice(0, limit);
}

async function readAgain(
  row: ImportRow,
  openSource: () => Promise<RowSource | undefined>,
  chunks: readonly ChunkRow[],
  chunk: ChunkRow,
  idOf: (tag: string) => TagId,
): Promise<readonly RowProblem[]> {
  const source = await openSource();
  const slice = await source?.read(placeOf(chunk, source));
  if (!source || !slice) return chunk.problems;
  const before = chunks.filter(({ index }) => index < chunk.index);
  const check = createSliceChecker(row.settings, source.header, { idOf, ...knownOf(row.settings, before) });
  return allProblems(slice, check(slice), chunk.outcomes);
}

/** A chunk counts its rows without the header, which lies before all but the first. */
export function placeOf(chunk: ChunkRow, source: RowSource): Place {
  return {
    byteOffset: chunk.byteStart,
    row: chunk.index === 0 ? 0 : chunk.firstRow + (source.header.length > 0 ? 1 : 0),
  };
}
