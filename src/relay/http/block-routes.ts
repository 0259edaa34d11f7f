/** Blocks' bytes, up and down: in any order, as often as needed, only within the caller's workspace. */
import * as v from 'valibot';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { logName, missingRequest, type MissingAnswer } from '#protocol/log';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { parseWhole } from './query.ts';

export async function postMissing({ actor, body }: MemberCall, { blocks }: HttpDeps): Promise<Answer> {
  const request = parseBody(missingRequest, body);
  if (!request) return 'malformed';
  const missing = await blocks.missing(actor.workspace, [...new Set(request.ids)]);
  return Response.json({ missing } satisfies MissingAnswer);
}

export async function putBlock(call: MemberCall, { blocks, metrics, now }: HttpDeps): Promise<Answer> {
  const { actor, body, query, request } = call;
  const id = call.params['id'];
  const entry = query.get('entry') ?? '';
  const device = query.get('device') ?? '';
  const hash = request.headers.get('x-block-hash') ?? '';
  const isSound = isName(id) && [entry, device].every((name) => name === '' || isName(name));
  const cursor = parseWhole(query.get('cursor') ?? '0', 0, Number.MAX_SAFE_INTEGER);
  if (!isSound || cursor === undefined || !/^[0-9a-f]{64}$/.test(hash) || body.byteLength === 0) return 'malformed';
  const put = await blocks.put(
    actor.workspace,
    {
      id: id as BlockId,
      hash,
      entry: entry as EntryId | '',
      device: device as DeviceId | '',
      tokenHash: actor.sessionHash,
      cursor,
    },
    body,
    now(),
  );
  switch (put) {
    case 'behind':
      return 'behind';
    case 'taken':
      return 'blockTaken';
    case 'altered':
      return 'partMismatch';
    case 'stored':
    case 'known':
      metrics.blockMoved('in', body.byteLength);
      return Response.json({}, { status: put === 'stored' ? 201 : 200 });
  }
}

export async function getBlock(
  { actor, params }: MemberCall,
  { blocks, erasures, metrics }: HttpDeps,
): Promise<Answer> {
  if (erasures.isUnderWay(actor.workspace)) return 'erasing';
  const id = params['id'];
  const block = isName(id) ? await blocks.get(actor.workspace, id as BlockId) : undefined;
  if (!block) return 'notFound';
  metrics.blockMoved('out', block.bytes.byteLength);
  return new Response(new Uint8Array(block.bytes), {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(block.bytes.byteLength),
      // It never changes, yet no cache may hold it: erasing somebody must reach wherever his row lies.
      'cache-control': 'no-store',
      'x-block-hash': block.hash,
    },
  });
}

const isName = (value: unknown) => v.is(logName, value);
