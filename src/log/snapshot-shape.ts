/** What whoever writes a snapshot and whoever reads it must agree on. */

/** Raised with every change of what a fold holds, or of what it makes of entries: then the next opening folds anew. */
export const SNAPSHOT_VERSION = 5;

export const SEGMENT_ROWS = 4096;

/** Columns with a number a row, by name. */
export const FLAG_COLUMNS = ['born', 'births', 'byHand', 'keyMoved'] as const;
export const STAMP_COLUMNS = ['created', 'changed', 'firstMessaged', 'lastMessaged'] as const;
