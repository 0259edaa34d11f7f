/** An import as its list shows it. Apart from the import worker's code, which the page does not load for a list. */
import type { ImportSummary } from '#import/types';
import type { ImportRow } from '#storage/types';

export function summaryOf({ id, fileName, startedAt, phase, settings, checkpoint, failure }: ImportRow): ImportSummary {
  return { id, fileName, startedAt, phase, settings, figures: checkpoint.figures, ...(failure && { failure }) };
}
