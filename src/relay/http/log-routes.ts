/** The log: devices push what is pending and pull what others pushed. What may stand in it is the store's to judge. */
import { parseSeen } from '#log/log-seen';
import { LOG_PAGE, PAGE_BYTES, pushRequest, type PushAnswer, type UploadsAnswer } from '#protocol/log';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { parseWhole } from './query.ts';

export async function postLog({ actor, body }: MemberCall, deps: HttpDeps): Promise<Answer> {
  const { store, streams, metrics } = deps;
  const request = parseBody(pushRequest, body);
  if (!request) return 'malformed';
  const { device, cursor, entries } = request;
  const { workspace, member, sessionHash } = actor;
  const nowMs = deps.now();
  const pusher = { kind: 'session', tokenHash: sessionHash, device, cursor } as const;
  const pushed = await store.appendEntries({ workspace, author: member, pusher, entries, now: nowMs });
  if (pushed.kind !== 'answered') return pushed.kind;
  const { results } = pushed;
  const taken = results.filter(({ result }) => result === 'taken').length;
  if (taken > 0) {
    metrics.entriesTaken(taken);
    streams.raise(workspace);
  }
  return Response.json({ results, nowMs, incarnation: await store.incarnation() } satisfies PushAnswer);
}

/** A `LogPage`; entries go out as they lie there, without being read. */
export async function getLog({ actor, query }: MemberCall, { store, erasures, now }: HttpDeps): Promise<Answer> {
  if (erasures.isUnderWay(actor.workspace)) return 'erasing';
  const after = parseWhole(query.get('after') ?? '0', 0, Number.MAX_SAFE_INTEGER);
  const limit = parseWhole(query.get('limit') ?? String(LOG_PAGE), 1, LOG_PAGE);
  const said = query.get('seen');
  const seen = said === null ? undefined : parseSeen(said);
  if (after === undefined || limit === undefined || (said !== null && !seen)) return 'malformed';
  const { workspace } = actor;
  await store.compareLog(workspace, seen ?? { position: after });
  const { items, pack, cursor, more } = await store.entriesAfter(workspace, after, limit, PAGE_BYTES);
  const lastEntry = await store.entryAt(workspace, cursor);
  const clock = { nowMs: now(), incarnation: await store.incarnation() };
  const frame = JSON.stringify({ ...clock, pack, cursor, lastEntry, more });
  const texts = items.map(({ position, json }) => `{"position":${position},"entry":${json}}`);
  return new Response(`${frame.slice(0, -1)},"items":[${texts.join()}]}`, {
    headers: { 'content-type': 'application/json' },
  });
}

export async function getUploads({ actor }: MemberCall, { store }: HttpDeps): Promise<Answer> {
  return Response.json({ uploads: await store.uploads(actor.workspace) } satisfies UploadsAnswer);
}
