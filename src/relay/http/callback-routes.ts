/** Providers' reports come in here: stored raw, answered as the provider wants it, read later (`callbacks.ts`). */
import type { Answer, Call, HttpDeps } from './call.ts';

export async function postCallback(call: Call, deps: HttpDeps): Promise<Answer> {
  const channel = await deps.store.channelByCallback(call.params['secret'] ?? '');
  const answerCallback = channel && deps.providers[channel.platform].answerCallback;
  if (!channel || !answerCallback) return 'notFound';
  const headers = readHeaders(call.request.headers);
  const receivedAt = deps.now();
  const { workspace, code } = channel;
  const answer = answerCallback({ headers, body: call.body, receivedAt });
  await deps.store.addCallback(workspace, code, JSON.stringify(headers), call.body, receivedAt);
  deps.onCallbackStored();
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'content-type': answer.body.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8' },
  });
}

/** Signatures are in them. A cookie is nobody's business here, and long ones no provider sends. */
function readHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name, value]) => name !== 'cookie' && value.length <= 4_000));
}
