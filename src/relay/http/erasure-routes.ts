/**
 * Erasing somebody (CON-10): the owner's command, under an idempotency key, and what an owner's device knows to have been
 * erased before the relay was put back from a backup. The rest is the relay's own doing.
 */
import { entriesRequest, erasureRequest, erasuresAgain, type ErasureAnswer } from '#protocol/log';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';

const KEY = /^[A-Za-z0-9_-]{8,80}$/;

export async function postErasure({ actor, body, request }: MemberCall, { erasures }: HttpDeps): Promise<Answer> {
  const key = request.headers.get('idempotency-key');
  if (key === null) return 'keyMissing';
  const asked = parseBody(erasureRequest, body);
  if (!asked || !KEY.test(key)) return 'malformed';
  const begun = await erasures.begin(actor.workspace, asked.contacts, { key, author: actor.member });
  if (begun.kind === 'unavailable') return 'relayFailed';
  return Response.json({ entry: begun.entry } satisfies ErasureAnswer, { status: 202 });
}

/** Who may erase may also say that somebody was: nothing more is asked of the entries than their form. */
export async function postErasuresAgain({ actor, body }: MemberCall, { erasures }: HttpDeps): Promise<Answer> {
  const given = parseBody(erasuresAgain, body);
  if (!given) return 'malformed';
  const again = await erasures.again(actor.workspace, given.entries, actor.member);
  return again === 'malformed' ? again : Response.json({}, { status: 202 });
}

/** An `EntriesAnswer`; entries go out as they lie there. */
export async function postEntries({ actor, body }: MemberCall, { store, erasures }: HttpDeps): Promise<Answer> {
  const asked = parseBody(entriesRequest, body);
  if (!asked) return 'malformed';
  if (erasures.isUnderWay(actor.workspace)) return 'erasing';
  const texts = await store.entriesById(actor.workspace, asked.ids);
  return new Response(`{"entries":[${texts.join()}]}`, { headers: { 'content-type': 'application/json' } });
}
