/** Who asks, as the session says: the only source of a request's workspace. */
import type { WorkspaceId } from '#domain/ids';

export interface Actor {
  readonly member: string;
  readonly name: string;
  readonly role: 'owner';
  readonly workspace: WorkspaceId;
  /** Names the session without being able to open it. */
  readonly sessionHash: string;
}
