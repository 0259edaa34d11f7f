/** Who is asking: claiming a new relay, signing in by a one-time link, signing out. */
import { randomBytes } from 'node:crypto';
import { PROTOCOL_VERSION, claimRequest, signInRequest, type SessionAnswer } from '#protocol/api';
import type { Actor } from '#relay/auth/actor';
import { SESSION_MS, endedCookie, sessionCookie } from '#relay/auth/session-cookie';
import { createToken, hashToken } from '#relay/auth/tokens';
import type { Answer, Call, HttpDeps } from './call.ts';
import { parseBody } from './body.ts';

export async function getSession({ actor }: Call, { store }: HttpDeps): Promise<Answer> {
  return sessionAnswer((await store.workspace()) !== undefined, actor);
}

/** Makes the workspace and its owner. Whether a link was wrong, spent or too late is not told. */
export async function postClaim(call: Call, { store, now }: HttpDeps): Promise<Answer> {
  const request = parseBody(claimRequest, call.body);
  if (!request) return 'malformed';
  const session = newSession(now());
  const { createdAt, tokenHash } = session.row;
  const owner = {
    id: randomBytes(16).toString('base64url'),
    workspace: request.workspace.id,
    name: request.memberName,
  };
  const claimed = await store.claim(
    hashToken(request.token),
    createdAt,
    { ...request.workspace, createdAt },
    { ...owner, role: 'owner' },
    { ...session.row, member: owner.id, workspace: owner.workspace },
  );
  if (!claimed) return 'linkSpent';
  const actor: Actor = { ...owner, member: owner.id, role: 'owner', sessionHash: tokenHash };
  return sessionAnswer(true, actor, sessionCookie(session.token));
}

export async function postSignIn(call: Call, { store, links, now }: HttpDeps): Promise<Answer> {
  const request = parseBody(signInRequest, call.body);
  if (!request) return 'malformed';
  await links.takeDropped();
  const session = newSession(now());
  const isIn = await store.signIn(hashToken(request.token), session.row.createdAt, session.row);
  const found = isIn ? await store.session(session.row.tokenHash, session.row.createdAt) : undefined;
  if (!found) return 'linkSpent';
  // The session that this one takes the place of is nobody's any more.
  if (call.actor) await store.endSession(call.actor.sessionHash);
  const actor: Actor = { ...found, name: found.memberName, sessionHash: found.tokenHash };
  return sessionAnswer(true, actor, sessionCookie(session.token));
}

/** Also where the session has ended already: what was wanted is so. */
export async function postSignOut({ actor }: Call, { store, streams }: HttpDeps): Promise<Answer> {
  if (actor) {
    await store.endSession(actor.sessionHash);
    streams.endSession(actor.sessionHash);
  }
  return sessionAnswer((await store.workspace()) !== undefined, undefined, endedCookie);
}

function newSession(now: number) {
  const token = createToken();
  return { token, row: { tokenHash: hashToken(token), createdAt: now, expiresAt: now + SESSION_MS } };
}

function sessionAnswer(claimed: boolean, actor: Actor | undefined, cookie?: string): Response {
  const answer: SessionAnswer = {
    protocol: PROTOCOL_VERSION,
    claimed,
    ...(actor && {
      actor: { member: actor.member, name: actor.name, role: actor.role, workspace: actor.workspace },
    }),
  };
  return Response.json(answer, cookie === undefined ? {} : { headers: { 'set-cookie': cookie } });
}
