/**
 * A message becomes durable on this device: recipients first, then message and place in the outbox in one transaction.
 * A crash in between leaves blocks that nobody names, and no message.
 */
import { messageIdOf, type Funnel, type Message } from '#domain/message';
import type { BlockRef } from '#log/types';
import type { MessageRow, MessageStore, Outbox } from '#storage/message-types';
import type { BlockStore } from '#storage/types';
import { NO_FIGURES } from '#sync/delivery-fold';

export type NewMessage = Omit<Message, 'id' | 'createdAt'> & {
  readonly draftId: string;
  readonly version: number;
  /** How many were confirmed. */
  readonly confirmed: number;
};

export interface EnqueueDeps {
  readonly outbox: Pick<Outbox, 'add'>;
  readonly messages: Pick<MessageStore, 'get'>;
  readonly blocks: Pick<BlockStore, 'remove'>;
  readonly now: () => number;
  /** Works the audience out and stores its recipients as blocks. */
  readonly writeRecipients: () => Promise<{ readonly funnel: Funnel; readonly blocks: readonly BlockRef[] }>;
}

/** `changed`: the audience moved since the number was confirmed, so it is asked again (MSG-7). */
export type Enqueued =
  { readonly kind: 'kept'; readonly message: MessageRow } | { readonly kind: 'changed' | 'noRecipients' };

export async function enqueueMessage(
  draft: NewMessage,
  groupNames: readonly string[],
  deps: EnqueueDeps,
): Promise<Enqueued> {
  const id = messageIdOf(draft);
  // A draft leaves once, whoever sends it: a second tap, or a second tab, finds the first one's message.
  const known = await deps.messages.get(id);
  if (known) return { kind: 'kept', message: known };

  const { funnel, blocks } = await deps.writeRecipients();
  const effective = blocks.reduce((sum, block) => sum + block.rows, 0);
  if (effective !== draft.confirmed) {
    await deps.blocks.remove(blocks.map((block) => block.id));
    return { kind: effective === 0 ? 'noRecipients' : 'changed' };
  }

  const { draftId: _draftId, version: _version, confirmed: _confirmed, ...content } = draft;
  const message: Message = { ...content, id, createdAt: deps.now() };
  const row: MessageRow = {
    ...message,
    state: 'waiting',
    funnel,
    figures: { ...NO_FIGURES, queued: effective },
    groupNames,
    blocks,
  };
  await deps.outbox.add({ key: id, message, funnel, blocks }, row);
  return { kind: 'kept', message: row };
}
