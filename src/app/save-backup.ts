/**
 * A workspace of this device as one file: everything but the session. Read a page at a time; what is written meanwhile
 * comes with the next backup. Loaded when it is asked for.
 */
import { writeBackup } from '#backup/file';
import type { BackupHead, Section } from '#backup/types';
import type { BlockRef } from '#log/types';
import type { BackupStore } from '#storage/backup-types';
import type { BlockStore, EntryRow, EntryStore, ImportStore, WorkspaceRow } from '#storage/types';
import { createBlobParts } from './blob-parts.ts';
import { fileName } from './file-name.ts';

export interface SaveParts {
  readonly workspace: WorkspaceRow;
  readonly contacts: number;
  readonly entries: Pick<EntryStore, 'after'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly imports: Pick<ImportStore, 'chunks'>;
  readonly backup: Pick<BackupStore, 'begin' | 'receiptsAfter'>;
  /** The document `content` as one update. */
  readonly content: () => Uint8Array;
  readonly nowMs: number;
  /** Between 0 and 1. */
  readonly onProgress: (done: number) => void;
}

const ENTRIES_AT_ONCE = 500;
const BLOCKS_AT_ONCE = 8;
const PAGES_AT_ONCE = 50;

export async function saveBackup(parts: SaveParts): Promise<Blob> {
  const file = createBlobParts();
  for await (const part of writeBackup(sectionsOf(parts))) file.add(part);
  return file.blob('application/octet-stream');
}

/** Blocks before the entries that name them, the log's position last: cut off, a restored copy never lacks what it says it has. */
async function* sectionsOf(parts: SaveParts): AsyncGenerator<Section> {
  const { backup, blocks, imports } = parts;
  yield { kind: 'head', head: headOf(parts) };
  const begun = await backup.begin();
  const named = new Set<BlockRef['id']>();
  for await (const rows of entriesUpTo(parts, begun.position))
    for (const ref of rows.flatMap(refsOf)) named.add(ref.id);
  for (const { blocks: refs } of [...begun.messages, ...begun.outbox]) for (const ref of refs) named.add(ref.id);

  const ids = [...named];
  for (let from = 0; from < ids.length; from += BLOCKS_AT_ONCE) {
    // What is still on its way from the relay comes after a restore as it would here.
    for (const block of await blocks.get(ids.slice(from, from + BLOCKS_AT_ONCE)))
      if (block) yield { kind: 'block', ...block };
    parts.onProgress(from / ids.length);
  }
  yield { kind: 'document', update: parts.content() };
  for await (const rows of entriesUpTo(parts, begun.position)) yield { kind: 'rows', table: 'entries', rows };
  yield { kind: 'rows', table: 'imports', rows: begun.imports };
  for (const { id } of begun.imports) {
    // Whom a chunk met, and who joins what, matters to an import that goes on; these are done.
    const rows = (await imports.chunks(id)).map(({ seen: _seen, groups: _groups, ...chunk }) => chunk);
    yield { kind: 'rows', table: 'chunks', rows };
  }
  // A message in the outbox stands among the messages too; there it is found only once it waits.
  yield { kind: 'rows', table: 'outbox', rows: begun.outbox };
  yield { kind: 'rows', table: 'messages', rows: begun.messages };
  for (let last; ;) {
    const rows = await backup.receiptsAfter(last, PAGES_AT_ONCE);
    yield { kind: 'rows', table: 'receipts', rows };
    last = rows.at(-1);
    if (rows.length < PAGES_AT_ONCE) break;
  }
  yield { kind: 'rows', table: 'values', rows: [begun.values] };
  parts.onProgress(1);
}

async function* entriesUpTo({ entries }: SaveParts, position: number): AsyncGenerator<readonly EntryRow[]> {
  for (let from = 0; from < position;) {
    const rows = (await entries.after(from, ENTRIES_AT_ONCE)).filter((row) => (row.position ?? 0) <= position);
    if (rows.length === 0) return;
    yield rows;
    from = rows.at(-1)?.position ?? position;
  }
}

const refsOf = ({ entry }: EntryRow) => (entry.body as { readonly blocks?: readonly BlockRef[] }).blocks ?? [];

function headOf({ workspace, contacts, nowMs }: SaveParts): BackupHead {
  const { id, name, salt, device, createdAt } = workspace;
  return { workspace: id, name, salt, device, createdAt, contacts, madeAt: nowMs };
}

export const backupName = (workspaceName: string, nowMs: number): string =>
  `fieldcast-${fileName(workspaceName, 'workspace', nowMs, 'fieldcast')}`;
