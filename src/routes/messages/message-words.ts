/** What a message is called, where it went, and which figures belong to it yet. */
import type { MessageRecord } from '#app/types';
import { PLATFORM_FORMS, type Channel } from '#domain/channel';
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

/** A mail server takes or refuses; whether a mail was delivered it does not say. */
export const reportsDelivery = (message: MessageRecord): boolean =>
  Object.values(PLATFORM_FORMS).some(({ type, callback }) => type === message.channelType && callback === 'receipts');

export const hasLeft = (message: MessageRecord): boolean => message.state === 'sending' || message.state === 'sent';

/** What cannot be known yet, or never, is a dash: a nought would be a statement. */
export function figureToShown(message: MessageRecord, figure: 'sent' | 'delivered' | 'failed'): string {
  const isKnown = hasLeft(message) && (figure !== 'delivered' || reportsDelivery(message));
  return isKnown ? numberToShown(message.figures[figure]) : '–';
}
