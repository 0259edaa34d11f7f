/**
 * A backup's file back into this device. All of it is read and judged before the first row is written; the workspace is
 * listed after the last. Cut off before, nothing is to be seen and the next start clears it away; where the workspace is
 * here already, what is missing is added, and can be again. Loaded when it is asked for.
 */
import { readBackup } from '#backup/file';
import type { BackupHead, BackupProblem, RowsSection, Section } from '#backup/types';
import { isStorageFull } from '#storage/failure';
import type { BackupStore } from '#storage/backup-types';
import type { BlockStore, EntryRow, WorkspaceRegistry, WorkspaceRow } from '#storage/types';
import type { DeviceId, WorkspaceId } from '#domain/ids';

/** Where a workspace's rows go: its database and its document, opened for this. */
export interface RestoreTarget {
  readonly backup: BackupStore;
  readonly blocks: Pick<BlockStore, 'add' | 'present'>;
  readonly addContent: (update: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface RestoreParts {
  readonly registry: WorkspaceRegistry;
  readonly target: (workspace: WorkspaceId) => Promise<RestoreTarget>;
  /** Everything of it leaves this device. */
  readonly wipe: (workspace: WorkspaceId) => Promise<void>;
  /** The update as this version writes it; undefined where it is none. */
  readonly parseContent: (update: Uint8Array) => Uint8Array | undefined;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** Between 0 and 1. */
  readonly onProgress: (done: number) => void;
}

export type Looked =
  | { readonly kind: 'backup'; readonly head: BackupHead; readonly entries: number }
  | { readonly kind: 'refused'; readonly problem: BackupProblem };

export type Restored =
  /** `entries`: that were missing here. */
  | { readonly kind: 'restored'; readonly workspace: WorkspaceId; readonly entries: number }
  | { readonly kind: 'refused'; readonly problem: BackupProblem | 'storageFull' | 'otherSalt' };

/** Reads all of it, and writes nothing. */
export async function lookAtBackup(
  file: Blob,
  { parseContent, onProgress }: Pick<RestoreParts, 'parseContent' | 'onProgress'>,
): Promise<Looked> {
  let head: BackupHead | undefined;
  let entries = 0;
  let isSound = true;
  const problem = await readBackup(file, (section, bytesDone) => {
    if (section.kind === 'head') head = section.head;
    if (section.kind === 'document') isSound &&= parseContent(section.update) !== undefined;
    if (section.kind === 'rows' && section.table === 'entries') entries += section.rows.length;
    onProgress(bytesDone / file.size);
  });
  if (problem) return { kind: 'refused', problem };
  return head && isSound ? { kind: 'backup', head, entries } : { kind: 'refused', problem: 'malformed' };
}

export async function restoreBackup(file: Blob, parts: RestoreParts): Promise<Restored> {
  const looked = await lookAtBackup(file, { ...parts, onProgress: (done) => parts.onProgress(done / 2) });
  if (looked.kind === 'refused') return looked;
  const { workspace, name, salt, createdAt } = looked.head;
  const standing = (await parts.registry.list()).find(({ id }) => id === workspace);
  // The same people would have other ids: no copy of this workspace, whatever it says.
  if (standing && standing.salt !== salt) return { kind: 'refused', problem: 'otherSalt' };
  const device = standing?.device ?? (parts.newId() as DeviceId);
  const row: WorkspaceRow = { id: workspace, name, salt, device, createdAt, openedAt: parts.nowMs() };
  try {
    if (!standing) {
      await parts.wipe(workspace);
      await parts.registry.announce(row);
    }
    const target = await parts.target(workspace);
    let entries = 0;
    try {
      const erasures = await target.backup.erasures();
      const problem = await readBackup(file, async (section, bytesDone) => {
        entries += await addSection(target, section, { head: looked.head, device, erasures }, parts);
        parts.onProgress(0.5 + bytesDone / file.size / 2);
      });
      // Somebody wrote to the file between the two readings.
      if (problem) throw new ChangedFile(problem);
    } finally {
      await target.close();
    }
    await parts.registry.open(row);
    return { kind: 'restored', workspace, entries };
  } catch (error) {
    if (!standing) await discard(workspace, parts);
    if (error instanceof ChangedFile) return { kind: 'refused', problem: error.problem };
    if (isStorageFull(error)) return { kind: 'refused', problem: 'storageFull' };
    throw error;
  }
}

/** What a restore that was cut off left behind; nobody may be restoring meanwhile. */
export async function clearAnnounced(parts: Pick<RestoreParts, 'registry' | 'wipe'>): Promise<void> {
  for (const { id } of await parts.registry.announced()) await discard(id, parts);
}

async function discard(workspace: WorkspaceId, { registry, wipe }: Pick<RestoreParts, 'registry' | 'wipe'>) {
  await wipe(workspace);
  await registry.remove(workspace);
}

class ChangedFile extends Error {
  readonly problem: BackupProblem;
  constructor(problem: BackupProblem) {
    super(problem);
    this.problem = problem;
  }
}

interface Restoring {
  readonly head: BackupHead;
  readonly device: DeviceId;
  /** Those that this device knew when it began. */
  readonly erasures: readonly EntryRow[];
}

/** Answers how many entries were missing. */
async function addSection(
  { backup, blocks, addContent }: RestoreTarget,
  section: Section,
  into: Restoring,
  { parseContent }: RestoreParts,
): Promise<number> {
  // What lies here is named by entries that stand: a file never takes its place.
  if (section.kind === 'block' && !(await blocks.present([section.id])).has(section.id))
    await blocks.add([{ id: section.id, hash: section.hash, bytes: section.bytes }]);
  if (section.kind === 'document') {
    const update = parseContent(section.update);
    if (update) await addContent(update);
  }
  return section.kind === 'rows' ? addRows(backup, section, into) : 0;
}

async function addRows(backup: BackupStore, section: RowsSection, { head, device, erasures }: Restoring) {
  if (section.table === 'entries') return backup.addEntries(section.rows, device, erasures);
  if (section.table === 'values') {
    for (const values of section.rows) {
      const formerDevices = [...(values.formerDevices ?? []), head.device];
      await backup.addValues({ ...values, formerDevices }, device);
    }
  } else await backup.addRows({ [section.table]: section.rows });
  return 0;
}
