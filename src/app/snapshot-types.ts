/** What opening and saving a snapshot share. Types only. */
import type { ContactIds } from '#log/contact-id';
import type { Fold } from '#log/fold';
import type { SegmentRef } from '#log/snapshot-head';
import type { BlockStore, SnapshotStore } from '#storage/types';
import type { TextsHelper } from './texts-helper.ts';

export interface AudienceSnapshotParts {
  readonly snapshots: SnapshotStore;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly fold: Fold;
  readonly ids: ContactIds;
  readonly newId: () => string;
  readonly pause: () => Promise<void>;
  /** Another thread, for one of so many segments; undefined where all is read on this one. */
  readonly startHelper?: ((segments: number) => Promise<TextsHelper | undefined>) | undefined;
}

/** A segment as it lies on the disk. */
export interface Standing extends SegmentRef {
  readonly rows: number;
  /** Of the fold, when it was written. */
  readonly version: number;
}

/** Runs its job while nothing is folded, and hands it the position that the fold stands at. */
export type Still = (job: (position: number) => Promise<void>) => Promise<void>;

/** The fold when it was saved or opened. */
export interface Saved {
  readonly position: number;
  readonly version: number;
}
