/** The figures of an import in the order in which they are shown, with their words. */
import type { ImportFigures, ImportSettings, RowOutcome } from '#import/types';
import { m } from '#messages';

export const FIGURES = ['new', 'changed', 'unchanged', 'twice', 'ignored', 'error', 'suppressed'] as const;
export type Figure = RowOutcome | 'suppressed';

export const figureWord: Readonly<Record<Figure, { readonly label: () => string; readonly text: () => string }>> = {
  new: { label: m.import_figure_new, text: m.import_figure_new_text },
  changed: { label: m.import_figure_changed, text: m.import_figure_changed_text },
  unchanged: { label: m.import_figure_unchanged, text: m.import_figure_unchanged_text },
  twice: { label: m.import_figure_twice, text: m.import_figure_twice_text },
  ignored: { label: m.import_figure_ignored, text: m.import_figure_ignored_text },
  error: { label: m.import_figure_error, text: m.import_figure_error_text },
  suppressed: { label: m.import_figure_suppressed, text: m.import_figure_suppressed_text },
};

/**
 * How many persons of the file are in the chosen groups after the tap. Whoever is here already joins them too, also
 * where its values stay; what is ignored for being new does not, and where both are ignored they cannot be told apart.
 */
export function contactsOf(
  figures: ImportFigures,
  settings: Pick<ImportSettings, 'conflicts' | 'existing'> | undefined,
): number {
  const joins = settings?.conflicts === 'ignore' && settings.existing === 'all' ? figures.ignored : 0;
  return figures.new + figures.changed + figures.unchanged + joins;
}

/** Whether the tap can change anything at all. */
export function isWorthWriting(figures: ImportFigures): boolean {
  return figures.new + figures.changed + figures.unchanged + figures.ignored > 0;
}

/** Nobody is new and no value changes: all that the tap can do is to put them into the groups. */
export function onlyJoins(figures: ImportFigures): boolean {
  return figures.new + figures.changed === 0 && isWorthWriting(figures);
}
