/**
 * Messages as pages see them: the history from this device, the composer's plan from the audience worker, the outbox
 * and the receipts beside them. Works on what has arrived; the relay is only ever waited for in the background.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- no map here is ever changed: a new one takes its place */
import type { MessageId } from '#domain/ids';
import { messageIdOf } from '#domain/message';
import { PROBLEMS } from '#protocol/constants';
import { asksAgain } from '#send/asks-again';
import type { DeliveryLines } from '#send/delivery-lines';
import { isStorageFull } from '#storage/failure';
import type { MessageRow, OutboxRow } from '#storage/message-types';
import type { ConnectionPart } from './connection.svelte.ts';
import type { Groups, MessageRecord, Messages } from './types.ts';
import type { Opened } from './opened.ts';
import type { OutboxLoop } from './outbox-loop.ts';

export interface MessagesPart extends Messages {
  /** Rows on disk changed, here or in another tab. */
  readonly changed: (messages?: readonly MessageId[]) => void;
}

export interface MessagesDeps {
  readonly opened: Promise<Opened>;
  readonly loop: Promise<OutboxLoop>;
  readonly groups: Pick<Groups, 'byId'>;
  readonly connection: Pick<ConnectionPart, 'state' | 'setWaiting'>;
}

/** Lists are read again at most this often while many messages leave, and take a quarter of the time at most. */
const REREAD_MS = 200;
const REREAD_SHARE = 4;
/** Waiting turns into asking without anything happening. */
const LOOK_AGAIN_MS = 60_000;

export function createMessages({ opened, loop, groups, connection }: MessagesDeps): MessagesPart {
  let rows = $state.raw<readonly MessageRow[]>([]);
  let outbox = $state.raw<ReadonlyMap<MessageId, OutboxRow>>(new Map());
  let now = $state(Date.now());
  let version = $state(0);
  let lines: DeliveryLines | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rereadTookMs = 0;

  const list = $derived(rows.map(recordOf));
  const byId = $derived(new Map(list.map((record) => [record.id, record])));

  function recordOf(row: MessageRow): MessageRecord {
    const { blocks: _blocks, problem, ...shown } = row;
    const known = PROBLEMS.find((name) => name === problem);
    const waiting = row.state === 'waiting' ? waitingOf(outbox.get(row.id)) : undefined;
    return { ...shown, ...(known && { problem: known }), ...(waiting && { waiting }) };
  }

  function waitingOf(row: OutboxRow | undefined): MessageRecord['waiting'] {
    if (row && asksAgain(row, now)) return 'asksAgain';
    if (connection.state === 'online') return 'leaving';
    return connection.state === 'signedOut' || connection.state === 'unclaimed' ? 'signedOut' : 'offline';
  }

  async function reread(): Promise<void> {
    const { stores } = await opened;
    const startedAt = performance.now();
    const [messages, queue] = await Promise.all([stores.messages.list(), stores.outbox.list()]);
    rows = messages;
    outbox = new Map(queue.map((row) => [row.key, row]));
    connection.setWaiting(queue.length);
    now = Date.now();
    version += 1;
    rereadTookMs = performance.now() - startedAt;
  }

  function changed(messages?: readonly MessageId[]): void {
    if (messages) for (const id of messages) lines?.forget(id);
    else lines?.forgetAll();
    timer ??= setTimeout(
      () => {
        timer = undefined;
        reread().catch(() => {});
      },
      Math.max(REREAD_MS, REREAD_SHARE * rereadTookMs),
    );
  }

  reread().catch(() => {});
  setInterval(() => {
    now = Date.now();
  }, LOOK_AGAIN_MS);

  return {
    get list() {
      return list;
    },
    get version() {
      return version;
    },
    byId: (id) => byId.get(id),
    changed,
    plan: async (request) => (await opened).workers.audience.planSend(request),
    funnelWindow: async (request) => (await opened).workers.audience.funnelWindow(request),

    async send(draft) {
      const { stores, tabs, workers, owner } = await opened;
      const channel = (await stores.channels.list()).find(({ code }) => code === draft.channel);
      const { audience, content } = draft;
      const request = { audience, content, channel: { type: draft.channelType, settings: channel?.settings ?? {} } };
      const names = audience.groups.map((id) => groups.byId(id)?.name ?? '');
      try {
        const { enqueueMessage } = await import('#send/enqueue-message');
        const result = await enqueueMessage(draft, names, {
          ...stores,
          now: () => Date.now(),
          writeRecipients: async () => {
            const { plan, blocks } = await workers.audience.writeRecipients(request);
            return { funnel: plan.funnel, blocks };
          },
        });
        if (result.kind !== 'kept') return result;
        await stores.meta.set('draft', undefined);
        await reread();
        tabs.tell('messages');
        owner.ask('send');
        return { kind: 'kept', message: recordOf(result.message) };
      } catch (error) {
        if (isStorageFull(error)) return { kind: 'storageFull' };
        throw error;
      }
    },

    sendAgain: async (id) => (await loop).sendAgain(id),
    async discard(id) {
      const result = await (await loop).discard(id);
      await reread();
      return result;
    },

    async lines(id, request) {
      const { stores, workers } = await opened;
      // Only the page of one message needs it.
      lines ??= (await import('#send/delivery-lines')).createDeliveryLines(stores);
      const read = await lines.read(id, request);
      const named = read.lines.map(async (line) => {
        const contact = await workers.audience.contact(line.contact);
        return { ...line, name: contact?.cells.name ?? '' };
      });
      return { ...read, lines: await Promise.all(named) };
    },

    async readDraft() {
      const { stores } = await opened;
      const draft = await stores.meta.get('draft');
      // Left behind by a crash right after sending: another edit of it would never leave under its used-up key.
      return draft && (await stores.messages.get(messageIdOf(draft))) ? undefined : draft;
    },
    keepDraft: async (draft) => (await opened).stores.meta.set('draft', draft),
    dropDraft: async () => (await opened).stores.meta.set('draft', undefined),
  };
}
