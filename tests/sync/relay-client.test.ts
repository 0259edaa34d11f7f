import { describe, expect, test } from 'vitest';
import type { ChannelCode, MessageId } from '#domain/ids';
import type { MessageRequest } from '#protocol/api';
import { PROBLEMS } from '#protocol/constants';
import { createRelayClient } from '#sync/relay-client';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The network, with a journal. */
function clientOf(answer: (asked: Asked) => Response | Promise<Response>) {
  const journal: Asked[] = [];
  const client = createRelayClient({
    fetch: async (path, init) => {
      const asked = {
        method: init?.method ?? 'GET',
        path: path as string,
        headers: new Headers(init?.headers),
        body: init?.body,
      };
      journal.push(asked);
      return answer(asked);
    },
  });
  return { client, journal };
}

const html = (status: number) => new Response('<!doctype html>', { status, headers: { 'content-type': 'text/html' } });
const request = { id: 'draft-1' as MessageId } as MessageRequest;

describe('answers', () => {
  test('[SYN-9] what the relay says is handed on as it is', async () => {
    const { client } = clientOf(() => Response.json({ protocol: 1, claimed: false }));
    expect(await client.session()).toEqual({ kind: 'answer', value: { protocol: 1, claimed: false } });
  });

  test.each(PROBLEMS)('[SYN-9] the refusal %s keeps its word', async (problem) => {
    const { client } = clientOf(() => Response.json({ problem }, { status: 409 }));
    expect(await client.channels()).toEqual({ kind: 'problem', problem });
  });

  test('[SYN-9] a page where the relay should be is no relay, whatever its status', async () => {
    for (const status of [200, 404]) {
      const { client } = clientOf(() => html(status));
      expect(await client.session()).toEqual({ kind: 'noRelay' });
    }
  });

  test("[SYN-9] a proxy's own error, a broken line and an answer cut short are all unreachable", async () => {
    const cutShort = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"prot'));
            controller.error(new TypeError('terminated'));
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      );
    const answers = [() => html(502), () => Promise.reject(new TypeError('fetch failed')), cutShort];
    for (const answer of answers) expect(await clientOf(answer).client.session()).toEqual({ kind: 'unreachable' });
  });

  test('[SYN-9] an unknown refusal of the relay itself counts as its failure, so that nothing is dropped for it', async () => {
    const { client } = clientOf(() => Response.json({ problem: 'somethingNewer' }, { status: 500 }));
    expect(await client.intake(request)).toEqual({ kind: 'unreachable' });
  });
});

describe('requests', () => {
  test('[MSG-7] a message carries its id as idempotency key', async () => {
    const { client, journal } = clientOf(() => Response.json({ state: 'receiving', missingParts: [] }));
    await client.intake(request);
    expect(journal[0]).toMatchObject({ method: 'POST', path: '/api/messages', body: JSON.stringify(request) });
    expect(journal[0]?.headers.get('idempotency-key')).toBe('draft-1');
  });

  test('[MSG-7] a part goes as the bytes that it is', async () => {
    const { client, journal } = clientOf(() => Response.json({}));
    const bytes = Uint8Array.of(1, 2, 3);
    await client.putPart(request.id, 2, bytes);
    expect(journal[0]).toMatchObject({ method: 'PUT', path: '/api/messages/draft-1/parts/2', body: bytes });
    expect(journal[0]?.headers.get('content-type')).toBe('application/octet-stream');
  });

  test('[CHA-2] a channel is named by its code alone, escaped', async () => {
    const { client, journal } = clientOf(() => Response.json({}));
    await client.removeChannel('a/b' as ChannelCode);
    expect(journal[0]).toMatchObject({ method: 'DELETE', path: '/api/channels/a%2Fb' });
  });
});
