/**
 * The documents that members write together, as they travel: one socket a device, Hocuspocus inside. Who may is said by
 * the session's cookie alone; no token is ever part of an address or a frame.
 */
import type { WorkspaceId } from '#domain/ids';

export const DOCUMENTS_PATH = '/api/documents';

/** Groups, characteristics, views. */
export const contentName = (workspace: WorkspaceId) => `content/${workspace}`;

/**
 * A document's state as one word, the same for whoever has the same insertions and deletions: so many hex digits of the
 * SHA-256 of its Yjs snapshot.
 */
export const STATE_DIGITS = 16;

/** A whole document, as one update. */
export const DOCUMENT_BYTES = 4_000_000;
/** A device's first visit brings all of a document in one frame. */
export const FRAME_BYTES = DOCUMENT_BYTES + 1_000;

/**
 * Why the relay closed a socket. After `refused` and `full` the same frame would be refused again, so a device does not
 * come back by itself.
 */
export const CLOSED = {
  sessionEnded: 4401,
  refused: 4422,
  full: 4413,
  tooMany: 4429,
  failed: 1011,
  stopping: 1012,
} as const;
export type Closed = keyof typeof CLOSED;
