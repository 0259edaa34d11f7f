/**
 * The relay's HTTP side: the table of routes behind one gate, and the app's files for everything else. The gate judges
 * where a request comes from, who asks, how often, what they may and how much they send, in this order, for every row.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { compress } from 'hono/compress';
import type { Actor } from '#relay/auth/actor';
import { isFromApp } from '#relay/auth/origin';
import { callerOf } from '#relay/auth/rate-limit';
import { SESSION_MS, isDueForRenewal, readSessionToken, sessionCookie } from '#relay/auth/session-cookie';
import { hashToken } from '#relay/auth/tokens';
import { errorFields } from '#relay/log';
import { readBody } from './body.ts';
import type { Answer, Call, HttpDeps } from './call.ts';
import { problemAnswer } from './problem.ts';
import { ROUTES, type MemberRoute, type Route } from './routes.ts';
import { answerKind, secureHeaders } from './security-headers.ts';

type RelayContext = Context<{ Bindings: Partial<HttpBindings> }>;

export function createHttp(deps: HttpDeps): Hono<{ Bindings: Partial<HttpBindings> }> {
  const app = new Hono<{ Bindings: Partial<HttpBindings> }>();
  app.use('*', async (context, next) => {
    await next();
    const { headers } = context.res;
    secureHeaders(headers, deps.publicUrl(), answerKind(context.req.path, context.req.raw.headers));
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  // Pages of the feed and of the log are words that repeat; nothing in them is secret from the one who asks.
  for (const path of ['/api/receipts', '/api/log']) app.use(path, compress());
  for (const route of ROUTES) {
    app.on(route.method, route.path, (context) =>
      watched(deps, context, route.path, () => passGate(route, context, deps)),
    );
  }
  app.notFound((context) =>
    watched(deps, context, 'file', async () => (await deps.site.answer(context.req.raw)) ?? 'notFound'),
  );
  return app;
}

/** Times, counts and logs what was answered; what throws is a bug or a broken disk, and says nothing outside. */
async function watched(
  deps: HttpDeps,
  context: RelayContext,
  route: string,
  answering: () => Promise<Answer>,
): Promise<Response> {
  const method = knownMethod(context.req.method);
  const started = performance.now();
  let answer: Answer;
  try {
    answer = await answering();
  } catch (thrown) {
    deps.log.error({ event: 'requestFailed', method, route, error: errorFields(thrown) });
    answer = 'relayFailed';
  }
  const response = typeof answer === 'string' ? problemAnswer(answer) : answer;
  const ms = performance.now() - started;
  deps.metrics.requestEnded(method, route, response.status, ms / 1_000);
  const problem = typeof answer === 'string' ? { problem: answer } : {};
  const write = route.startsWith('/api/') ? deps.log.info : deps.log.debug;
  write({ event: 'request', method, route, status: response.status, ms: Math.round(ms), ...problem });
  return response;
}

async function passGate(route: Route, context: RelayContext, deps: HttpDeps): Promise<Answer> {
  const request = context.req.raw;
  if (route.from === 'app' && !isFromApp(request.method, request.headers, deps.publicUrl())) return 'foreignOrigin';

  const session = await findSession(request, deps);
  const actor = session?.actor;
  const caller = actor?.sessionHash ?? callerOf(context.env?.incoming?.socket.remoteAddress ?? '');
  const waitSeconds = deps.limiter.take(route.limit, caller, deps.now());
  if (waitSeconds > 0) return problemAnswer('tooManyRequests', { 'retry-after': String(waitSeconds) });

  if (needsMember(route) && !actor) return 'signedOut';
  if (route.may === 'owner' && actor?.role !== 'owner') return 'forbidden';
  const body = await readBody(request, route.bodyBytes);
  if (typeof body === 'string') return body;

  const call = { request, params: context.req.param(), query: new URL(request.url).searchParams, body };
  const answer = await handle(route, call, actor, deps);
  if (session && typeof answer !== 'string') await renew(session, answer, deps);
  return answer;
}

/** The other routes ask for a token of their own: the claim link's in the body, the metrics token in a header. */
function needsMember(route: Route): route is MemberRoute {
  return route.may === 'member' || route.may === 'owner';
}

async function handle(
  route: Route,
  call: Omit<Call, 'actor'>,
  actor: Actor | undefined,
  deps: HttpDeps,
): Promise<Answer> {
  if (!needsMember(route)) return route.handle({ ...call, actor }, deps);
  return actor ? route.handle({ ...call, actor }, deps) : 'signedOut';
}

/** Thirty days from the last day on which it was used. A cookie that the handler set, as for signing out, stands. */
async function renew(
  { tokenHash, expiresAt, token }: Session,
  answer: Response,
  { store, now }: HttpDeps,
): Promise<void> {
  if (!isDueForRenewal({ expiresAt }, now()) || answer.headers.has('set-cookie')) return;
  await store.renewSession(tokenHash, now(), now() + SESSION_MS);
  answer.headers.set('set-cookie', sessionCookie(token));
}

interface Session {
  readonly token: string;
  readonly tokenHash: string;
  readonly expiresAt: number;
  readonly actor: Actor;
}

async function findSession(request: Request, { store, now }: HttpDeps): Promise<Session | undefined> {
  const token = readSessionToken(request.headers.get('cookie') ?? undefined);
  const row = token === undefined ? undefined : await store.session(hashToken(token), now());
  if (token === undefined || !row) return undefined;
  const { member, memberName, role, workspace, tokenHash, expiresAt } = row;
  return { token, tokenHash, expiresAt, actor: { member, name: memberName, role, workspace, sessionHash: tokenHash } };
}

/** A method is a label of a metric, and must not be a word of the caller's choosing. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'other';
}
