/** Who is asking: claiming a new relay, signing in by a one-time link, signing out. */
import { randomBytes } from 'node:crypto';
import { claimRequest, signInRequest, type LinkAnswer, type SessionAnswer } from '#protocol/api';
import { PROTOCOL_VERSION } from '#protocol/constants';
import type { Actor } from '#relay/auth/actor';
import { DEVICE_LINK_MS } from '#relay/auth/links';
import { SESSION_MS, endedCookie, sessionCookie } from '#relay/auth/session-cookie';
import { createToken, hashToken } from '#relay/auth/tokens';
import type { RelayStore } from '#relay/store/types';
import type { Answer, Call, HttpDeps, MemberCall } from './call.ts';
import { parseBody } from './body.ts';

export async function getSession({ actor }: Call, { store }: HttpDeps): Promise<Answer> {
  return sessionAnswer(store, actor);
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
  return sessionAnswer(store, actor, sessionCookie(session.token));
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
  return sessionAnswer(store, actor, sessionCookie(session.token));
}

/** Also where the session has ended already: what was wanted is so. */
export async function postSignOut({ actor }: Call, { store, streams }: HttpDeps): Promise<Answer> {
  if (actor) {
    await store.endSession(actor.sessionHash);
    streams.endSession(actor.sessionHash);
  }
  return sessionAnswer(store, undefined, endedCookie);
}

/** For another device of whoever asks, never of anybody else. */
export async function postLink({ actor }: MemberCall, { store, now }: HttpDeps): Promise<Answer> {
  const link: LinkAnswer = { token: createToken(), expiresAt: now() + DEVICE_LINK_MS };
  const { expiresAt } = link;
  await store.addLink({ tokenHash: hashToken(link.token), purpose: 'signIn', expiresAt, member: actor.member });
  return Response.json(link, { status: 201 });
}

function newSession(now: number) {
  const token = createToken();
  return { token, row: { tokenHash: hashToken(token), createdAt: now, expiresAt: now + SESSION_MS } };
}

async function sessionAnswer(
  store: Pick<RelayStore, 'workspace'>,
  actor: Actor | undefined,
  cookie?: string,
): Promise<Response> {
  const answer = await sessionOf(store, actor);
  return Response.json(answer, cookie === undefined ? {} : { headers: { 'set-cookie': cookie } });
}

export async function sessionOf(
  store: Pick<RelayStore, 'workspace'>,
  actor: Actor | undefined,
): Promise<SessionAnswer> {
  const workspace = await store.workspace(actor?.workspace);
  return {
    protocol: PROTOCOL_VERSION,
    claimed: workspace !== undefined,
    ...(actor &&
      workspace && {
        actor: {
          member: actor.member,
          name: actor.name,
          role: actor.role,
          workspace: actor.workspace,
          workspaceName: workspace.name,
          salt: workspace.salt,
        },
      }),
  };
}
