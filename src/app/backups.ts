/** Saving a workspace to a file and restoring one, as pages ask for it. What does the work is loaded at the first use. */
import type { WorkspaceRegistry } from '#storage/types';
import type { Documents } from './open-documents.ts';
import type { Opened } from './opened.ts';
import type { Backups } from './workspace-types.ts';
import type { WorkspacesPart } from './workspaces.ts';

export interface BackupsPart extends Backups {
  /** What a restore that was cut off left behind goes; not while another tab is restoring. */
  readonly tidy: () => Promise<void>;
}

/** One restore at a time on this device, whichever tab does it. */
const LOCK = 'fieldcast.restore';

export function createBackups(
  opened: Promise<Opened>,
  documents: Promise<Documents>,
  registry: WorkspaceRegistry,
  workspaces: Pick<WorkspacesPart, 'arrive'>,
): BackupsPart {
  const places = async () => {
    const { restorePlaces } = await import('./backup-places.ts');
    return restorePlaces((await opened).workspace.id, documents, registry);
  };
  const exclusively = async <Value>(run: () => Promise<Value>): Promise<Value> =>
    'locks' in navigator ? ((await navigator.locks.request(LOCK, run)) as Value) : run();

  return {
    async save(contacts, onProgress) {
      const { saveOpen } = await import('./backup-places.ts');
      return saveOpen(await opened, await documents, contacts, onProgress);
    },

    async look(file, onProgress) {
      const { lookAtBackup } = await import('./restore-backup.ts');
      const looked = await lookAtBackup(file, { ...(await places()), onProgress });
      if (looked.kind === 'refused') return looked;
      const { workspace, name, contacts, madeAt } = looked.head;
      const isHere = (await registry.list()).some(({ id }) => id === workspace);
      return { kind: 'backup', name, contacts, madeAt, place: isHere ? 'here' : 'new' };
    },

    async restore(file, onProgress) {
      const { workspace, workers, tabs } = await opened;
      const { restoreBackup } = await import('./restore-backup.ts');
      const parts = { ...(await places()), onProgress };
      const restored = await exclusively(() => restoreBackup(file, parts));
      if (restored.kind === 'refused') return restored;
      if (restored.workspace !== workspace.id) {
        await workspaces.arrive();
        return { kind: 'opening' };
      }
      await workers.audience.refresh('anew');
      for (const news of ['audienceAnew', 'sharing', 'messages'] as const) tabs.tell(news);
      return { kind: 'added', entries: restored.entries };
    },

    async tidy() {
      if (!('locks' in navigator) || (await registry.announced()).length === 0) return;
      const { clearAnnounced } = await import('./restore-backup.ts');
      const parts = await places();
      await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? clearAnnounced(parts) : undefined));
    },
  };
}
