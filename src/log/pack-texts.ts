/** Packs what lies as strings since it was folded, a little at a time, once nobody waits for rows. */
import { TEXT_FIELDS } from '#domain/contact';
import type { FoldState } from './fold-state.ts';
import { RUN_ROWS } from './texts.ts';
import { createTextsWriter } from './texts-writer.ts';

/** One for all: it is empty between two runs. */
const writer = createTextsWriter(RUN_ROWS);

/** Some runs of each column that has any to pack; `done` where all are packed. */
export function packTexts({ texts, others }: FoldState, runs: number): 'more' | 'done' {
  const columns = [...TEXT_FIELDS.map((field) => texts[field]), ...others.values()];
  return columns.some((column) => column.pack(runs, writer) === 'more') ? 'more' : 'done';
}
