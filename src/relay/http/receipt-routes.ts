/** The receipt feed by cursor, and the event stream that says when to ask it again. */
import type { FeedAnswer } from '#protocol/api';
import { FEED_PAGE } from '#protocol/constants';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { parseWhole } from './query.ts';

export async function getReceipts(call: MemberCall, { store }: HttpDeps): Promise<Answer> {
  const after = parseWhole(call.query.get('after') ?? '0', 0, Number.MAX_SAFE_INTEGER);
  const limit = parseWhole(call.query.get('limit') ?? String(FEED_PAGE), 1, FEED_PAGE);
  if (after === undefined || limit === undefined) return 'malformed';
  const items = await store.feed(call.actor.workspace, after, limit);
  return Response.json({ items, cursor: items.at(-1)?.cursor ?? after } satisfies FeedAnswer);
}

/** A HEAD request would leave a stream open that nobody reads. */
export async function getEvents({ actor, request }: MemberCall, { streams }: HttpDeps): Promise<Answer> {
  return Promise.resolve(request.method === 'GET' ? streams.open(actor) : 'notFound');
}
