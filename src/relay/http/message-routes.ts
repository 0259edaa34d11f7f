/**
 * Taking a message in: the frame under its idempotency key, its recipients in parts, then the word that it is complete.
 * Each step may be repeated after a lost answer, and is answered only when it is on disk.
 */
import { createHash } from 'node:crypto';
import { CONTENT_KIND_BY_TYPE } from '#domain/message';
import type { MessageId } from '#domain/ids';
import {
  messageRequest,
  type CompleteAnswer,
  type IntakeAnswer,
  type MessageAnswer,
  type MessagesAnswer,
} from '#protocol/api';
import type { MessageView } from '#relay/store/types';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { parseWhole } from './query.ts';
import { readPart } from './recipient-part.ts';

const DAY_MS = 24 * 3_600_000;
/** Deliveries that one claim takes: some seconds of work, and what a lost lease delays. */
const BATCH_SIZE = 500;

export async function postMessage(call: MemberCall, deps: HttpDeps): Promise<Answer> {
  const { store, now, retentionDays } = deps;
  const key = call.request.headers.get('idempotency-key');
  if (key === null || key === '') return 'keyMissing';
  const request = parseBody(messageRequest, call.body);
  if (!request) return 'malformed';
  if (request.id !== key) return 'keyReused';
  const { workspace, member } = call.actor;
  const channel = await store.channel(workspace, request.channel);
  if (channel && CONTENT_KIND_BY_TYPE[channel.type] !== request.content.kind) return 'malformed';
  const receivedAt = now();
  const purgeAt = receivedAt + retentionDays * DAY_MS;
  const taken = await store.intake({ ...request, workspace, author: member, receivedAt, purgeAt });
  switch (taken.kind) {
    case 'conflict':
      return 'keyReused';
    case 'channelGone':
      return 'channelGone';
    case 'created':
    case 'known': {
      const state = taken.state === 'receiving' ? 'receiving' : 'accepted';
      const answer: IntakeAnswer = { state, missingParts: taken.missingParts };
      return Response.json(answer, { status: taken.kind === 'created' ? 201 : 200 });
    }
  }
}

/** What the bytes hold is checked here; that they are the part the message named, by the store. */
export async function putPart(call: MemberCall, { store, erasures }: HttpDeps): Promise<Answer> {
  const index = parseWhole(call.params['index'] ?? null, 0, 10_000);
  if (index === undefined) return 'malformed';
  const hash = createHash('sha256').update(call.body).digest('hex');
  // A device that says what it meant to send learns by the problem's word that it came altered.
  const meant = call.request.headers.get('x-part-hash');
  if (meant !== null && meant !== hash) return 'partMismatch';
  const recipients = await readPart(call.body);
  if (!recipients) return 'malformed';
  // Its device may not know of an erasure yet.
  const filter = await erasures.filter(call.actor.workspace);
  const left = filter.recipients(recipients);
  const stored = await store.addPart(call.actor.workspace, messageId(call), { index, hash, ...left });
  switch (stored.kind) {
    case 'stored':
    case 'known':
      return Response.json({}, { status: stored.kind === 'stored' ? 201 : 200 });
    case 'mismatch':
      return 'partMismatch';
    case 'noMessage':
      return 'notFound';
  }
}

export async function postComplete(call: MemberCall, { store, now, onMessageQueued }: HttpDeps): Promise<Answer> {
  const completed = await store.complete(call.actor.workspace, messageId(call), BATCH_SIZE, now());
  switch (completed.kind) {
    case 'noMessage':
      return 'notFound';
    case 'partsMissing':
      return 'partsMissing';
    case 'accepted':
      onMessageQueued();
      return Response.json({ state: 'accepted', recipients: completed.recipients } satisfies CompleteAnswer, {
        status: 202,
      });
  }
}

export async function getMessages(call: MemberCall, { store }: HttpDeps): Promise<Answer> {
  const limit = parseWhole(call.query.get('limit') ?? '100', 1, 500);
  if (limit === undefined) return 'malformed';
  const views = await store.messages(call.actor.workspace, limit);
  return Response.json({ messages: views.map(toAnswer) } satisfies MessagesAnswer);
}

export async function getMessage(call: MemberCall, { store }: HttpDeps): Promise<Answer> {
  const view = await store.message(call.actor.workspace, messageId(call));
  return view ? Response.json(toAnswer(view)) : 'notFound';
}

const messageId = (call: MemberCall) => (call.params['id'] ?? '') as MessageId;

function toAnswer(view: MessageView): MessageAnswer {
  const { author: _author, ...answer } = view;
  return answer;
}
