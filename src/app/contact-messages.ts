/**
 * Every message to one contact (CON-12): out of the log's entries of who was messaged, those that still wait beside them,
 * each with the receipts that lie here. What a message says is not known here: only its own row tells.
 */
import { idAt, rowOfContact } from '#audience/columns';
import type { ChannelType } from '#domain/channel';
import type { Receipt } from '#domain/delivery';
import type { ContactId, DeviceId, MessageId } from '#domain/ids';
import { decodeRecipients } from '#log/block';
import { lowHalf } from '#log/contact-id';
import { knownBody } from '#log/entry';
import { rootOf, type FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';
import type { BlockRef } from '#log/types';
import type { ReceiptStore } from '#storage/message-types';
import type { AudienceLog } from './audience-log.ts';
import { createNamedBlocks, type NamedBlocksParts } from './named-blocks.ts';

export interface ContactMessagesParts extends NamedBlocksParts {
  readonly state: FoldState;
  readonly log: Pick<AudienceLog, 'eachEntry'>;
  readonly receipts: Pick<ReceiptStore, 'ofRecipients'>;
}

/** A message that names its recipients: in the log, or in the outbox. */
export interface NamingMessage {
  readonly message: MessageId;
  readonly channelType: ChannelType;
  readonly atMs: number;
  readonly device: DeviceId;
  /** Absent until its entry is shared. */
  readonly author?: string;
  readonly blocks: readonly BlockRef[];
}

/** One delivery to the contact; a message to two who are one contact by now has two. */
export interface ContactDelivery extends Omit<NamingMessage, 'blocks'> {
  readonly address: string;
  /** As they came, which may be late and twice. */
  readonly receipts: readonly Receipt[];
}

export interface ContactDeliveries {
  readonly total: number;
  /** The newest, newest first. */
  readonly deliveries: readonly ContactDelivery[];
}

interface Found extends Omit<ContactDelivery, 'receipts'> {
  readonly recipient: number;
}

export function createContactMessages(parts: ContactMessagesParts) {
  const { state, log, receipts } = parts;
  const { eachNaming } = createNamedBlocks(parts);
  /** Receipts come again and again while a message goes out; whom it names stays. */
  let last: { readonly id: ContactId; readonly version: number; readonly found: readonly Found[] } | undefined;

  function idsOf(row: number): ReadonlySet<ContactId> {
    const own = new Set([idAt(state, row)]);
    for (const [part, root] of state.joined) if (root === row) own.add(idAt(state, part));
    return own;
  }

  async function messagesInLog(): Promise<readonly NamingMessage[]> {
    const messages: NamingMessage[] = [];
    await log.eachEntry((entry) => {
      const body = entry && knownBody(entry);
      if (!entry || body?.kind !== 'messaged') return;
      const { message, channelType, blocks } = body;
      const { device, author, time } = entry;
      const by = { device, ...(author !== undefined && { author }) };
      messages.push({ message, channelType, blocks, atMs: msOfTime(time), ...by });
    });
    return messages;
  }

  async function foundIn(messages: readonly NamingMessage[], own: ReadonlySet<ContactId>): Promise<readonly Found[]> {
    const lows = new Set([...own].map(lowHalf));
    const found: Found[] = [];
    for (const { blocks, ...message } of messages)
      await eachNaming(blocks, 'recipients', lows, async (bytes, id) => {
        const decoded = await decodeRecipients(bytes);
        if (decoded.kind === 'refused') return;
        const before = blocks
          .slice(
            0,
            blocks.findIndex((ref) => ref.id === id),
          )
          .reduce((sum, { rows }) => sum + rows, 0);
        const { contacts, addresses } = decoded.block;
        contacts.forEach((contact, at) => {
          if (own.has(contact)) found.push({ ...message, recipient: before + at, address: addresses[at] ?? '' });
        });
      });
    return found;
  }

  return {
    /** `waiting`: what is in the outbox, and not in the log yet. */
    async messages(id: ContactId, waiting: readonly NamingMessage[], limit: number): Promise<ContactDeliveries> {
      const listed = rowOfContact(state, id);
      if (listed < 0) return { total: 0, deliveries: [] };
      const own = idsOf(rootOf(state, listed));
      const { version } = state;
      if (last?.id !== id || last.version !== version)
        last = { id, version, found: await foundIn(await messagesInLog(), own) };
      const logged = new Set(last.found.map(({ message }) => message));
      const more = await foundIn(
        waiting.filter(({ message }) => !logged.has(message)),
        own,
      );
      const all = [...last.found, ...more].sort((one, other) => other.atMs - one.atMs);
      const deliveries: ContactDelivery[] = [];
      for (const { recipient, ...delivery } of all.slice(0, limit))
        deliveries.push({
          ...delivery,
          receipts: await receipts.ofRecipients(delivery.message, new Set([recipient])),
        });
      return { total: all.length, deliveries };
    },
  };
}
