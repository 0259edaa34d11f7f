/**
 * The fold's snapshot on this device: opens it a few segments at a time, so that questions are answered meanwhile, and
 * writes it again, only the segments whose rows have changed. When it is written, `snapshot-keeper.ts` decides.
 */
import { createOrigins, notingOrigins, type FoldInto } from '#log/origins';
import { lazily } from './lazily.ts';
import type { AudienceSnapshotParts, Saved, Standing, Still } from './snapshot-types.ts';

export interface AudienceSnapshot {
  /** Into the fold while it is empty. The position that it stands for; `unsound` where the fold must be made anew. */
  readonly open: (onSlice: () => void) => Promise<number | 'none' | 'unsound'>;
  /** Before the entries of a fold from nothing are read: what lies there goes, what is known of its rows is void. */
  readonly begin: () => Promise<void>;
  /** Nothing is in the fold yet. */
  readonly forgetOrigins: () => void;
  /** The same fold, noting which rows its blocks bear: whatever is folded goes through it. */
  readonly noting: (to: FoldInto) => Pick<FoldInto, 'apply' | 'applyBySlices'>;
  /** `still` runs its job while nothing is folded, and hands it the position that the fold stands at. */
  readonly save: (still: Still) => Promise<'saved' | 'not'>;
  /** The fold when it was last saved or opened: its position and version; zero where it never was. */
  readonly saved: () => Saved;
}

/** A first visit has none to read. */
const opening = lazily(() => import('./open-snapshot.ts'));
/** Nobody writes one before the first rows. */
const saving = lazily(() => import('./save-snapshot.ts'));

export function createAudienceSnapshot(parts: AudienceSnapshotParts): AudienceSnapshot {
  const { snapshots, fold, ids } = parts;
  const { state } = fold;
  let epoch = 0;
  let origins = createOrigins(ids);
  /** As they lie on the disk, in the order of rows. */
  let standing: readonly Standing[] = [];
  let saved: Saved = { position: 0, version: 0 };

  async function open(onSlice: () => void): Promise<number | 'none' | 'unsound'> {
    epoch = await snapshots.epoch();
    const bytes = await snapshots.head();
    const opened = bytes && (await (await opening()).openSnapshot(parts, bytes, origins, onSlice));
    if (opened === undefined || typeof opened === 'string') return opened ?? 'none';
    standing = opened.segments;
    saved = { position: opened.position, version: state.version };
    return opened.position;
  }

  async function save(still: Still): Promise<'saved' | 'not'> {
    if (fold.stale || (await snapshots.epoch()) !== epoch) return 'not';
    const { saveSnapshot } = await saving();
    return saveSnapshot(
      parts,
      { epoch: () => epoch, segments: standing, origins: () => origins },
      still,
      (segments, now) => {
        standing = segments;
        saved = now ?? saved;
      },
    );
  }

  return {
    open,
    async begin() {
      await snapshots.drop();
      epoch = await snapshots.epoch();
      standing = [];
      saved = { position: 0, version: 0 };
      origins = createOrigins(ids);
    },
    forgetOrigins() {
      origins = createOrigins(ids);
    },
    noting: (to) => notingOrigins(to, origins),
    save,
    saved: () => saved,
  };
}
