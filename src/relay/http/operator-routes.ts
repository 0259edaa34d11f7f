/** For whoever runs the relay: whether it is well, and its figures. */
import { isSameToken } from '#relay/auth/tokens';
import type { Answer, Call, HttpDeps } from './call.ts';

/** A store that does not answer by then is no relay to send people to. */
const HEALTH_MS = 2_000;

export async function getHealth(_call: Call, { store }: HttpDeps): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => (timer = setTimeout(() => resolve('down'), HEALTH_MS)));
  const state = await Promise.race([
    store.workspace().then(
      () => 'up' as const,
      () => 'down' as const,
    ),
    late,
  ]);
  clearTimeout(timer);
  return Response.json({ state }, { status: state === 'up' ? 200 : 503 });
}

export async function getMetrics({ actor, request }: Call, { metrics, metricsToken }: HttpDeps): Promise<Answer> {
  const [, bearer = ''] = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
  const isOperator = metricsToken !== undefined && isSameToken(bearer, metricsToken);
  if (!isOperator && actor?.role !== 'owner') return 'signedOut';
  const { contentType, body } = await metrics.text();
  return new Response(body, { headers: { 'content-type': contentType } });
}
