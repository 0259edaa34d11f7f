/**
 * Asks the relay, one method a route of `#protocol/api`. Every answer is a value: what the relay said, why it refused,
 * or that it was not reached. Retrying belongs to whoever asks; cookies carry the session.
 */
import type { Channel } from '#domain/channel';
import type { BlockId, ChannelCode, ContactId, DeviceId, EntryId, MessageId } from '#domain/ids';
import type { MessageContent } from '#domain/message';
import type { Entry } from '#log/types';
import type {
  ChannelChange,
  ChannelRequest,
  ChannelsAnswer,
  ClaimRequest,
  CompleteAnswer,
  FeedAnswer,
  IntakeAnswer,
  LinkAnswer,
  MessageAnswer,
  MessageRequest,
  SessionAnswer,
} from '#protocol/api';
import { PROBLEMS, type Problem } from '#protocol/constants';
import type {
  EntriesAnswer,
  ErasureAnswer,
  LogPage,
  MissingAnswer,
  PushAnswer,
  PushRequest,
  UploadsAnswer,
} from '#protocol/log';

export type RelayAnswer<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** No answer arrived: whether the relay took the request is not known. */
  | { readonly kind: 'unreachable' }
  /** Something answered that is no relay: a static host's page, a hotel's sign-in page. */
  | { readonly kind: 'noRelay' };

export type ChannelTestAnswer =
  { readonly kind: 'works' } | { readonly kind: 'fails'; readonly reason: string; readonly detail?: string };

export interface RelayClientDeps {
  readonly fetch: typeof fetch;
  /** Gives up on a request after this long; an upload of a part gets as much again. */
  readonly timeoutMs?: number;
}

export type RelayClient = ReturnType<typeof createRelayClient>;

const TIMEOUT_MS = 20_000;

export function createRelayClient({ fetch, timeoutMs = TIMEOUT_MS }: RelayClientDeps) {
  const ask = async <Value>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RelayAnswer<Value>> => {
    const bytes = body instanceof Uint8Array;
    let response: Response;
    let content: ArrayBuffer;
    try {
      response = await fetch(path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        headers: {
          ...(body !== undefined && { 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
        signal: AbortSignal.timeout(bytes ? 2 * timeoutMs : timeoutMs),
      });
      content = await response.arrayBuffer();
    } catch {
      // A refused connection, a reset, a time-out and an answer cut short are all the same to us: ask again.
      return { kind: 'unreachable' };
    }
    return readAnswer(response, content);
  };

  return {
    session: () => ask<SessionAnswer>('GET', '/api/session'),
    claim: (request: ClaimRequest) => ask<SessionAnswer>('POST', '/api/claim', request),
    signIn: (token: string) => ask<SessionAnswer>('POST', '/api/sign-in', { token }),
    link: () => ask<LinkAnswer>('POST', '/api/links'),
    signOut: () => ask<SessionAnswer>('POST', '/api/sign-out'),

    channels: () => ask<ChannelsAnswer>('GET', '/api/channels'),
    createChannel: (request: ChannelRequest) => ask<Channel>('POST', '/api/channels', request),
    changeChannel: (code: ChannelCode, change: ChannelChange) =>
      ask<Channel>('PATCH', `/api/channels/${segment(code)}`, change),
    removeChannel: (code: ChannelCode) => ask<unknown>('DELETE', `/api/channels/${segment(code)}`),
    testChannel: (code: ChannelCode, address?: string, content?: MessageContent) =>
      ask<ChannelTestAnswer>('POST', `/api/channels/${segment(code)}/test`, {
        ...(address !== undefined && { address }),
        ...(content && { content }),
      }),

    /** The message's id is the key by which the relay tells a repeat from a second message. */
    intake: (request: MessageRequest) =>
      ask<IntakeAnswer>('POST', '/api/messages', request, { 'Idempotency-Key': request.id }),
    putPart: (id: MessageId, index: number, bytes: Uint8Array) =>
      ask<unknown>('PUT', `/api/messages/${segment(id)}/parts/${String(index)}`, bytes),
    complete: (id: MessageId) => ask<CompleteAnswer>('POST', `/api/messages/${segment(id)}/complete`),
    message: (id: MessageId) => ask<MessageAnswer>('GET', `/api/messages/${segment(id)}`),

    feed: (after: number) => ask<FeedAnswer>('GET', `/api/receipts?after=${String(after)}`),

    push: (request: PushRequest) => ask<PushAnswer>('POST', '/api/log', request),
    /** Some entries as they stand now, in no order; unknown ones are left out. */
    entries: (ids: readonly EntryId[]) => ask<EntriesAnswer>('POST', '/api/log/entries', { ids }),
    /** The key makes asking again harmless. */
    erase: (contacts: readonly ContactId[], key: string) =>
      ask<ErasureAnswer>('POST', '/api/erasures', { contacts }, { 'Idempotency-Key': key }),
    /** `seen`: of the log, as `#log/log-seen` writes it. */
    pull: (after: number, seen?: string) =>
      ask<LogPage>('GET', `/api/log?after=${String(after)}${seen === undefined ? '' : `&seen=${seen}`}`),
    eraseAgain: (entries: readonly Entry[]) => ask<unknown>('POST', '/api/erasures/again', { entries }),
    missingBlocks: (ids: readonly BlockId[]) => ask<MissingAnswer>('POST', '/api/blocks/missing', { ids }),
    /** `of`: for saying, until all are there, what they are on their way for and from where. */
    putBlock: (
      id: BlockId,
      hash: string,
      of: { readonly entry: EntryId; readonly device: DeviceId; readonly cursor: number },
      bytes: Uint8Array,
    ) =>
      ask<unknown>(
        'PUT',
        `/api/blocks/${segment(id)}?entry=${segment(of.entry)}&device=${segment(of.device)}&cursor=${String(of.cursor)}`,
        bytes,
        { 'X-Block-Hash': hash },
      ),
    block: (id: BlockId) => ask<Uint8Array>('GET', `/api/blocks/${segment(id)}`),
    uploads: () => ask<UploadsAnswer>('GET', '/api/uploads'),
  };
}

/** Where the relay's events come from; the page opens an `EventSource` on it. */
export const EVENTS_PATH = '/api/events';

const segment = encodeURIComponent;

function readAnswer<Value>(response: Response, content: ArrayBuffer): RelayAnswer<Value> {
  if (response.status === 204) return { kind: 'answer', value: undefined as Value };
  const type = response.headers.get('Content-Type') ?? '';
  // A block: bytes that its hash will be asked of.
  if (response.ok && type === 'application/octet-stream')
    return { kind: 'answer', value: new Uint8Array(content) as Value };
  const json = type.includes('json') ? parseJson(new TextDecoder().decode(content)) : undefined;
  if (response.ok) return json === undefined ? { kind: 'noRelay' } : { kind: 'answer', value: json as Value };
  const named = PROBLEMS.find((problem) => problem === (json as { problem?: unknown } | undefined)?.problem);
  if (named) return { kind: 'problem', problem: named };
  // A proxy's own page for a relay that is down; the relay itself always names its problem.
  if (response.status >= 500) return { kind: 'unreachable' };
  if (response.status === 429) return { kind: 'problem', problem: 'tooManyRequests' };
  return { kind: 'noRelay' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
