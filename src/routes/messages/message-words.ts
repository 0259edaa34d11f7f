/** What a message is called, where it went, and which figures belong to it yet. */
import type { MessageRecord } from '#app/types';
import type { Channel } from '#domain/channel';
import { messageTitle } from '#domain/message';
import { m } from '#messages';
import { namesToShown, numberToShown } from './format.ts';
import { channelTypeWord } from './words.ts';

export const titleWord = (message: MessageRecord): string => messageTitle(message.content) || m.messages_untitled();

/** Names as they were when it was sent; the default group has none of its own. */
export function groupsWord(message: MessageRecord): string {
  return namesToShown(message.groupNames.map((name) => name || m.groups_default()));
}

/** Its name, as long as the channel stands; afterwards its type. */
export function channelWord(message: MessageRecord, channels: readonly Channel[]): string {
  const channel = channels.find(({ code }) => code === message.channel);
  return channel?.name ?? channelTypeWord[message.channelType]();
}

/** Before the relay has it, nothing can have been sent: a dash says so better than a nought. */
export function figureToShown(message: MessageRecord, figure: 'sent' | 'delivered' | 'failed'): string {
  const hasLeft = message.state === 'sending' || message.state === 'sent';
  return hasLeft ? numberToShown(message.figures[figure]) : '–';
}
