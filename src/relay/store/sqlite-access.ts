/** Who may come in: the workspace, its owner, one-time links and sessions. Tokens are known by their hashes only. */
import type { Database } from 'better-sqlite3';
import type { WorkspaceId } from '#domain/ids';
import type { LinkRow, RelayStore, SessionRow, WorkspaceRow } from './types.ts';

type Access = Pick<
  RelayStore,
  'workspace' | 'addLink' | 'claim' | 'signIn' | 'session' | 'renewSession' | 'endSession'
>;

interface Person {
  member: string;
  workspace: WorkspaceId;
}

export function createAccess(db: Database): Access {
  const firstWorkspace = db.prepare<[], WorkspaceRow>(
    'SELECT id, name, salt, created_at AS createdAt FROM workspaces ORDER BY created_at LIMIT 1',
  );
  const workspaceById = db.prepare<[string], WorkspaceRow>(
    'SELECT id, name, salt, created_at AS createdAt FROM workspaces WHERE id = ?',
  );
  const insertLink = db.prepare(
    'INSERT OR IGNORE INTO links (token_hash, purpose, expires_at, member) VALUES (?, ?, ?, ?)',
  );
  const spendLink = db.prepare<[string, LinkRow['purpose'], number], { member: string | null }>(
    'DELETE FROM links WHERE token_hash = ? AND purpose = ? AND expires_at > ? RETURNING member',
  );
  const dropClaimLinks = db.prepare("DELETE FROM links WHERE purpose = 'claim'");
  const insertWorkspace = db.prepare('INSERT INTO workspaces (id, name, salt, created_at) VALUES (?, ?, ?, ?)');
  const insertMember = db.prepare('INSERT INTO members (id, workspace, name, role) VALUES (?, ?, ?, ?)');
  const insertSession = db.prepare(
    'INSERT INTO sessions (token_hash, member, workspace, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const owner = db.prepare<[], Person>("SELECT id AS member, workspace FROM members WHERE role = 'owner' LIMIT 1");
  const memberById = db.prepare<[string], Person>('SELECT id AS member, workspace FROM members WHERE id = ?');
  const sessionByHash = db.prepare<[string, number], SessionRow & { role: 'owner'; memberName: string }>(
    `SELECT s.token_hash AS tokenHash, s.member, s.workspace, s.created_at AS createdAt, s.expires_at AS expiresAt,
            m.role, m.name AS memberName
       FROM sessions s JOIN members m ON m.id = s.member
      WHERE s.token_hash = ? AND s.expires_at > ?`,
  );
  const extendSession = db.prepare('UPDATE sessions SET expires_at = ? WHERE token_hash = ? AND expires_at > ?');
  const deleteSession = db.prepare('DELETE FROM sessions WHERE token_hash = ?');

  const openSession = (session: SessionRow) =>
    insertSession.run(session.tokenHash, session.member, session.workspace, session.createdAt, session.expiresAt);

  const claim = db.transaction((...[tokenHash, now, workspace, member, session]: Parameters<RelayStore['claim']>) => {
    // A claimed relay is never claimed again, not even by a link that was printed before.
    if (firstWorkspace.get() || !spendLink.get(tokenHash, 'claim', now)) return false;
    dropClaimLinks.run();
    insertWorkspace.run(workspace.id, workspace.name, workspace.salt, workspace.createdAt);
    insertMember.run(member.id, workspace.id, member.name, member.role);
    openSession({ ...session, member: member.id, workspace: workspace.id });
    return true;
  });

  const signIn = db.transaction((...[tokenHash, now, session]: Parameters<RelayStore['signIn']>) => {
    const link = owner.get() && spendLink.get(tokenHash, 'signIn', now);
    const person = link && (link.member === null ? owner.get() : memberById.get(link.member));
    if (!person) return false;
    openSession({ ...session, ...person });
    return true;
  });

  return {
    workspace: async (id) => (id === undefined ? firstWorkspace.get() : workspaceById.get(id)),
    addLink: async ({ tokenHash, purpose, expiresAt, member }) =>
      void insertLink.run(tokenHash, purpose, expiresAt, member ?? null),
    claim: async (...input) => claim(...input),
    signIn: async (...input) => signIn(...input),
    session: async (tokenHash, now) => sessionByHash.get(tokenHash, now),
    renewSession: async (tokenHash, now, expiresAt) => void extendSession.run(expiresAt, tokenHash, now),
    endSession: async (tokenHash) => void deleteSession.run(tokenHash),
  };
}
