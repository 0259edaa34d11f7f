import { describe, expect, test } from 'vitest';
import type { WorkspaceId } from '#domain/ids';
import type { SessionAnswer } from '#protocol/api';
import { sessionOf } from '#sync/session';

const HERE = 'workspace-here' as WorkspaceId;
const answer = (value: Partial<SessionAnswer>) =>
  ({ kind: 'answer', value: { protocol: 1, claimed: true, ...value } }) as const;
const actor = (workspace: WorkspaceId) => ({
  ...{ member: 'm', name: 'Ana', role: 'owner' as const },
  ...{ workspace, workspaceName: 'Team', salt: 'c2FsdHNhbHQ' },
});

describe('who answers', () => {
  test('[SYN-1] an origin without a relay is none, and the app goes on', () => {
    expect(sessionOf({ kind: 'noRelay' }, HERE, 'unknown')).toEqual({ kind: 'none' });
    expect(sessionOf({ kind: 'problem', problem: 'notFound' }, HERE, 'unknown')).toEqual({ kind: 'none' });
  });

  test('[SYN-9] where a relay has answered before, a page in its place means that it is away', () => {
    expect(sessionOf({ kind: 'noRelay' }, HERE, 'known')).toEqual({ kind: 'offline' });
    expect(sessionOf({ kind: 'unreachable' }, HERE, 'known')).toEqual({ kind: 'offline' });
  });

  test('[SYN-2] unclaimed, signed out and online are told apart', () => {
    expect(sessionOf(answer({ claimed: false }), HERE, 'known')).toEqual({ kind: 'unclaimed' });
    expect(sessionOf(answer({}), HERE, 'known')).toEqual({ kind: 'signedOut' });
    expect(sessionOf(answer({ actor: actor(HERE) }), HERE, 'known')).toMatchObject({
      kind: 'online',
      memberName: 'Ana',
    });
  });

  test('[SYN-1] a session in another workspace is not ours: nothing of this one goes there', () => {
    const other = actor('workspace-there' as WorkspaceId);
    expect(sessionOf(answer({ actor: other }), HERE, 'known')).toEqual({
      kind: 'signedOut',
      elsewhere: { id: 'workspace-there', name: 'Team', salt: 'c2FsdHNhbHQ' },
    });
  });
});
