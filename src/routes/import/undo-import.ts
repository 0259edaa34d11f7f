/** Undoing an import and bringing it back, with what is said about it; shared by the list and the import's outcome. */
import type { Imports, UndoResult } from '#app/types';
import type { EntryId } from '#domain/ids';
import { m } from '#messages';
import type { Toasts } from '#ui/toasts';
import { failureWord } from '../contacts/words.ts';

export interface UndoRequest {
  readonly entry: EntryId;
  readonly fileName: string;
  readonly from?: 'workspace';
  /** What it shall be. */
  readonly undone: boolean;
}

export const importName = ({ fileName, from }: Pick<UndoRequest, 'fileName' | 'from'>): string =>
  from === 'workspace' ? m.imports_brought_in({ name: fileName }) : fileName || m.imports_unnamed();

/** Undefined where it could not be written; the note offers the way back. */
export async function setUndone(
  imports: Pick<Imports, 'undo' | 'redo'>,
  toasts: Toasts,
  { undone, ...request }: UndoRequest,
): Promise<UndoResult | undefined> {
  const { entry } = request;
  const name = importName(request);
  try {
    const result = await (undone ? imports.undo(entry) : imports.redo(entry));
    if (result.kind === 'asBefore') toasts.show({ text: m.imports_as_before() });
    else
      toasts.show({
        text: undone ? m.imports_undone_toast({ name }) : m.imports_redone_toast({ name }),
        undo: async () => void (await setUndone(imports, toasts, { ...request, undone: !undone })),
      });
    return result;
  } catch (error) {
    toasts.show({ text: failureWord(error), kind: 'bad' });
    return undefined;
  }
}
