/**
 * Imports that were written, of every device: their list, undo and redo, and the documents of the groups and
 * characteristics that go and come with them. Loaded when somebody looks at them.
 */
import type { EntryId } from '#domain/ids';
import type { CharacteristicsPart } from './characteristics.svelte.ts';
import type { GroupsPart } from './groups.svelte.ts';
import type { Opened } from './opened.ts';
import type { PastImport } from './types.ts';
import { createWhoIs } from './who-is.ts';
import type { UndoResult } from './worker-types.ts';

export async function readPast(app: Opened): Promise<readonly PastImport[]> {
  const { workers, stores } = app;
  const [logged, rows, whoIs] = await Promise.all([
    workers.audience.imports(),
    stores.imports.list(),
    createWhoIs(app),
  ]);
  return logged.map((each) => {
    const known = rows.find(({ id }) => id === each.importId)?.checkpoint.figures;
    return { ...each, who: whoIs(each), ...(known && { figures: known }) };
  });
}

/** Documents of what imports make. */
interface Made<Act extends 'dropEmpty' | 'bringBack'> {
  readonly groups: Pick<GroupsPart, Act>;
  readonly characteristics: Pick<CharacteristicsPart, Act>;
}

export async function undoImport(
  { workers, tabs }: Opened,
  { groups, characteristics }: Made<'dropEmpty'>,
  entry: EntryId,
): Promise<UndoResult> {
  const result: UndoResult = await workers.audience.undoEntry(entry);
  // A crash in between leaves groups without anybody in them, which can be deleted by hand.
  if (result.kind === 'undone') {
    await groups.dropEmpty(result.emptyGroups);
    await characteristics.dropEmpty(result.emptyCharacteristics);
  }
  tabs.tell('audience');
  return result;
}

export async function redoImport(
  { workers, tabs }: Opened,
  { groups, characteristics }: Made<'bringBack'>,
  entry: EntryId,
): Promise<UndoResult> {
  const result: UndoResult = await workers.audience.redoEntry(entry);
  if (result.kind === 'redone') {
    await groups.bringBack(result.groups, result.undoneAtMs);
    await characteristics.bringBack(result.characteristics, result.undoneAtMs);
  }
  tabs.tell('audience');
  return result;
}
