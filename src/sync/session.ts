/** Who answers at this origin, and as whom it knows us; the connection's states are read off this. */
import type { WorkspaceId } from '#domain/ids';
import type { SessionAnswer } from '#protocol/api';
import { PROTOCOL_VERSION } from '#protocol/constants';
import type { RelayAnswer } from './relay-client.ts';

/** What a device needs to open a workspace that the relay has. */
export interface SharedWorkspace {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly salt: string;
}

export type Session =
  | { readonly kind: 'offline' | 'none' | 'unclaimed' }
  /** `elsewhere`: signed in, but to a workspace that is not the one open here. */
  | { readonly kind: 'signedOut'; readonly elsewhere?: SharedWorkspace }
  | { readonly kind: 'online'; readonly member: string; readonly memberName: string };

/**
 * `known`: a relay has answered here before. Then a page in its place is a proxy's or a hotel's, and it is away, not
 * gone. A session in another workspace is none of ours: what is sent would stand among strangers' messages.
 */
export function sessionOf(
  answer: RelayAnswer<SessionAnswer>,
  workspace: WorkspaceId,
  relay: 'known' | 'unknown',
): Session {
  const away = { kind: relay === 'known' ? 'offline' : 'none' } as const;
  switch (answer.kind) {
    case 'unreachable':
      return { kind: 'offline' };
    case 'noRelay':
      return away;
    case 'problem':
      if (answer.problem === 'notFound') return away;
      return answer.problem === 'signedOut' ? { kind: 'signedOut' } : { kind: 'offline' };
    case 'answer': {
      const { protocol, claimed, actor } = answer.value;
      if (protocol !== PROTOCOL_VERSION) return away;
      if (!claimed) return { kind: 'unclaimed' };
      if (!actor) return { kind: 'signedOut' };
      const { workspace: id, workspaceName: name, salt } = actor;
      if (id !== workspace) return { kind: 'signedOut', elsewhere: { id, name, salt } };
      return { kind: 'online', member: actor.member, memberName: actor.name };
    }
  }
}
