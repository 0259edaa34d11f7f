/**
 * The name of the channel by which a contact was last written to. The log keeps the channel's type alone; the messages
 * on this device know more, and where they do not agree, or none is known, nothing is said.
 */
import type { Channel } from './channel.ts';
import type { Contact } from './contact.ts';
import type { Message } from './message.ts';

/** The entry of who was messaged is written with the message's acknowledgement, but by a clock of its own. */
const SAME_MOMENT_MS = 5_000;

export function lastChannelName(
  { lastContactAt, lastChannelType }: Pick<Contact, 'lastContactAt' | 'lastChannelType'>,
  messages: readonly (Pick<Message, 'channel' | 'channelType'> & { readonly sentAt?: number })[],
  channels: readonly Pick<Channel, 'code' | 'name' | 'type'>[],
): string | undefined {
  if (lastContactAt === undefined || lastChannelType === undefined) return undefined;
  const then = messages.filter(
    ({ channelType, sentAt }) =>
      channelType === lastChannelType && sentAt !== undefined && Math.abs(sentAt - lastContactAt) <= SAME_MOMENT_MS,
  );
  const codes = new Set(then.map(({ channel }) => channel));
  const named = channels.filter(({ code, type }) => (codes.size > 0 ? codes.has(code) : type === lastChannelType));
  return named.length === 1 && codes.size <= 1 ? named[0]?.name : undefined;
}
