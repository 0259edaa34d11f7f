/** What pages may ask of the workspaces of this device, and of their backups. Implemented in this folder (`types.ts`). */
import type { BringInFigures } from '#audience/bring-in';
import type { BackupProblem } from '#backup/types';
import type { WorkspaceId } from '#domain/ids';

/** The workspaces of this device, each apart. */
export interface Workspaces {
  readonly list: () => Promise<
    readonly { readonly id: WorkspaceId; readonly name: string; readonly isOpen: boolean }[]
  >;
  /** Loads the app anew. */
  readonly open: (id: WorkspaceId) => Promise<void>;
  /** What bringing another one into the open one would do, exactly; nothing is written, and the other one stays (SYN-1). */
  readonly planBringIn: (id: WorkspaceId) => Promise<BringInPlan>;
  /** The tap, on what was planned last. `changed`: something changed since; to be planned and shown again. */
  readonly bringIn: () => Promise<'written' | 'changed' | 'storageFull'>;
  readonly dropBringIn: () => Promise<void>;
  /** Everything of one that is not open leaves this device. */
  readonly wipe: (id: WorkspaceId) => Promise<void>;
}

export interface BringInPlan {
  readonly figures: BringInFigures;
  readonly newGroups: number;
}

/** What the page knows of a backup's file before it is restored. `here`: what is missing would be added. */
export type BackupLook =
  | {
      readonly kind: 'backup';
      readonly name: string;
      readonly contacts: number;
      readonly madeAt: number;
      readonly place: 'here' | 'new';
    }
  | { readonly kind: 'refused'; readonly problem: BackupProblem };

/** A workspace as a file, and back (APP-4). Progress is between 0 and 1. */
export interface Backups {
  readonly save: (
    contacts: number,
    onProgress: (done: number) => void,
  ) => Promise<{ readonly name: string; readonly file: Blob }>;
  /** Reads all of it and writes nothing. */
  readonly look: (file: Blob, onProgress: (done: number) => void) => Promise<BackupLook>;
  /** `opening`: the app is loading anew, with it. `added`: entries that were missing in the open one. */
  readonly restore: (
    file: Blob,
    onProgress: (done: number) => void,
  ) => Promise<
    | { readonly kind: 'opening' }
    | { readonly kind: 'added'; readonly entries: number }
    | { readonly kind: 'refused'; readonly problem: RestoreProblem }
  >;
}
export type RestoreProblem = BackupProblem | 'storageFull' | 'otherSalt';
