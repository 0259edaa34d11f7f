/** The figures of an import in the order in which they are shown, with their words. */
import type { ImportFigures, RowOutcome } from '#import/types';
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

/** How many contacts the tap touches. */
export const contactsOf = (figures: ImportFigures): number => figures.new + figures.changed;
