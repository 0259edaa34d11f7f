/**
 * The relay's intake as a device meets it: commits before it answers, tells repeats by the key, and keeps a journal
 * from which the verdict comes. `fault` decides for each request what becomes of it on the way.
 */
import type { ChannelCode, MessageId } from '#domain/ids';
import type { CompleteAnswer, IntakeAnswer, MessageAnswer, MessageRequest } from '#protocol/api';
import type { Problem } from '#protocol/constants';
import type { RelayAnswer, RelayClient } from '#sync/relay-client';
import { NO_FIGURES } from '#sync/delivery-fold';

/** `lostRequest`: never arrived; `lostAnswer`: done, but the answer was cut off; `errorAfter`: done, answered 500. */
export type Fault = 'none' | 'lostRequest' | 'lostAnswer' | 'errorBefore' | 'errorAfter' | Problem;

interface Taken {
  readonly request: MessageRequest;
  readonly parts: Map<number, Uint8Array>;
  complete: boolean;
}

export function createFakeRelay(fault: (path: string) => Fault = () => 'none') {
  const messages = new Map<MessageId, Taken>();
  const journal: string[] = [];

  async function answer<Value>(
    path: string,
    act: () => Value | { readonly problem: Problem },
  ): Promise<RelayAnswer<Value>> {
    // Time passes on the network, so that others get their turn in between.
    await Promise.resolve();
    const decided = fault(path);
    if (decided === 'lostRequest') return { kind: 'unreachable' };
    if (decided === 'errorBefore') return { kind: 'problem', problem: 'relayFailed' };
    if (decided !== 'none' && decided !== 'lostAnswer' && decided !== 'errorAfter')
      return { kind: 'problem', problem: decided };
    const value = act();
    if (decided === 'lostAnswer') return { kind: 'unreachable' };
    if (decided === 'errorAfter') return { kind: 'problem', problem: 'relayFailed' };
    const refused = typeof value === 'object' && value !== null && 'problem' in value;
    return refused ? { kind: 'problem', problem: value.problem } : { kind: 'answer', value };
  }

  const missingOf = ({ request, parts }: Taken) =>
    request.parts.flatMap((_, index) => (parts.has(index) ? [] : [index]));

  const client: Pick<RelayClient, 'intake' | 'putPart' | 'complete' | 'message'> = {
    intake: (request) =>
      answer<IntakeAnswer>('intake', () => {
        const known = messages.get(request.id);
        if (known && JSON.stringify(known.request) !== JSON.stringify(request))
          return { problem: 'keyReused' as const };
        const taken = known ?? { request, parts: new Map(), complete: false };
        if (!known) journal.push(`intake ${request.id}`);
        messages.set(request.id, taken);
        return { state: taken.complete ? 'accepted' : 'receiving', missingParts: missingOf(taken) };
      }),
    putPart: (id, index, bytes) =>
      answer<unknown>('part', () => {
        const taken = messages.get(id);
        if (!taken) return { problem: 'notFound' as const };
        if (!taken.parts.has(index)) journal.push(`part ${id} ${String(index)}`);
        taken.parts.set(index, bytes);
        return {};
      }),
    complete: (id) =>
      answer<CompleteAnswer>('complete', () => {
        const taken = messages.get(id);
        if (!taken) return { problem: 'notFound' as const };
        if (missingOf(taken).length > 0) return { problem: 'partsMissing' as const };
        if (!taken.complete) journal.push(`complete ${id}`);
        taken.complete = true;
        return { state: 'accepted' as const, recipients: taken.request.effective };
      }),
    message: (id) =>
      answer<MessageAnswer>('message', () => {
        const taken = messages.get(id);
        if (!taken) return { problem: 'notFound' as const };
        return {
          id,
          channel: 'ch' as ChannelCode,
          state: taken.complete ? 'queued' : 'receiving',
          planned: taken.request.planned,
          effective: taken.request.effective,
          recipients: taken.request.effective,
          receivedAt: 0,
          figures: NO_FIGURES,
        };
      }),
  };
  return { client, journal, messages };
}
