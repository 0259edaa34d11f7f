/** An owner's device without a browser: claims a relay, makes channels, uploads messages, reads receipts. */
import type { Receipt } from '#domain/delivery';
import type { ContactId, MessageId } from '#domain/ids';
import type { MessageContent } from '#domain/message';
import { encodeRecipients } from '#log/block';
import type { ChannelRequest, FeedAnswer, MessageAnswer } from '#protocol/api';
import { PART_RECIPIENTS } from '#protocol/constants';

export interface Recipient {
  readonly contact: string;
  readonly address: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface MessageToSend {
  readonly id: string;
  readonly channel: string;
  readonly content: MessageContent;
  readonly recipients: readonly Recipient[];
}

export type RelayClient = ReturnType<typeof createRelayClient>;

export function createRelayClient(initialUrl: string) {
  let url = initialUrl;
  let cookie = '';

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const binary = body instanceof Uint8Array;
    return fetch(`${url}${path}`, {
      method,
      headers: {
        origin: url,
        cookie,
        ...(body === undefined ? {} : { 'content-type': binary ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: binary ? new Uint8Array(body) : JSON.stringify(body) }),
    });
  }

  async function must<Answer>(response: Promise<Response>): Promise<Answer> {
    const answer = await response;
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the relay answered ${String(answer.status)}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  return {
    call,
    /** Of the session, as a browser sends it. */
    cookie: () => cookie,
    /** After a restart on another port; the session stays. */
    moveTo(newUrl: string) {
      url = newUrl;
    },
    async claim(token: string, workspace = 'workspace-of-a-test-01'): Promise<void> {
      const answer = await call('POST', '/api/claim', {
        token,
        workspace: { id: workspace, name: 'Test', salt: 'AAECAwQFBgcICQoLDA0ODw' },
        memberName: 'Owner',
      });
      if (!answer.ok) throw new Error(`claim: ${String(answer.status)} ${await answer.text()}`);
      cookie = answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
    },
    createChannel: (request: Omit<ChannelRequest, 'code'> & { readonly code: string }) =>
      must(call('POST', '/api/channels', request)),
    /** Announces, uploads what is missing, completes: as often as wished, under the same key. */
    async send(message: MessageToSend, encoded?: readonly Part[]): Promise<void> {
      const parts = encoded ?? (await encodeParts(message));
      const announced = await must<{ missingParts: readonly number[] }>(
        call('POST', '/api/messages', announcement(message, parts), { 'idempotency-key': message.id }),
      );
      for (const index of announced.missingParts) {
        const part = parts[index];
        if (part === undefined) throw new Error(`the relay asks for part ${String(index)}`);
        await must(
          call('PUT', `/api/messages/${message.id}/parts/${String(index)}`, part.bytes, { 'x-part-hash': part.hash }),
        );
      }
      await must(call('POST', `/api/messages/${message.id}/complete`));
    },
    encode: encodeParts,
    message: (id: string) => must<MessageAnswer>(call('GET', `/api/messages/${id}`)),
    messages: () => must<{ messages: readonly MessageAnswer[] }>(call('GET', '/api/messages')),
    /** The whole feed, folded by nobody: every item in order. */
    async feed(after = 0): Promise<(Receipt & { cursor: number; message: MessageId })[]> {
      const items = [];
      for (let cursor = after; ;) {
        const page = await must<FeedAnswer>(call('GET', `/api/receipts?after=${String(cursor)}&limit=2000`));
        items.push(...page.items);
        if (page.items.length === 0) return items;
        cursor = page.cursor;
      }
    },
  };
}

export interface Part {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly count: number;
}

async function encodeParts({ recipients }: MessageToSend): Promise<Part[]> {
  const names = [...new Set(recipients.flatMap((recipient) => Object.keys(recipient.variables)))];
  const parts: Part[] = [];
  for (let from = 0; from < recipients.length; from += PART_RECIPIENTS) {
    const some = recipients.slice(from, from + PART_RECIPIENTS);
    const { bytes, hash } = await encodeRecipients({
      kind: 'recipients',
      count: some.length,
      contacts: some.map((recipient) => recipient.contact as ContactId),
      addresses: some.map((recipient) => recipient.address),
      variables: Object.fromEntries(
        names.map((name) => [name, some.map((recipient) => recipient.variables[name] ?? '')]),
      ),
    });
    parts.push({ bytes, hash, count: some.length });
  }
  return parts;
}

function announcement(message: MessageToSend, parts: readonly Part[]) {
  return {
    id: message.id,
    channel: message.channel,
    content: message.content,
    priority: 'medium',
    planned: message.recipients.length,
    effective: message.recipients.length,
    parts: parts.map(({ hash, count }) => ({ hash, count })),
  };
}
