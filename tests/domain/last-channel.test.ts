/** The channel's name is said only where this device knows it for sure. */
import { describe, expect, it } from 'vitest';
import type { Channel } from '#domain/channel';
import type { ChannelCode } from '#domain/ids';
import { lastChannelName } from '#domain/last-channel';

const code = (name: string) => name as ChannelCode;
const channel = (name: string, type: Channel['type']) => ({ code: code(name), name: name.toUpperCase(), type });
const sent = (name: string, channelType: Channel['type'], sentAt?: number) => ({
  ...{ channel: code(name), channelType },
  ...(sentAt !== undefined && { sentAt }),
});
const CHANNELS = [channel('fair', 'sms'), channel('shop', 'sms'), channel('mail', 'email')];
const contact = { lastContactAt: 60_000, lastChannelType: 'sms' };

describe('the last channel of a contact', () => {
  it('[CON-1] the message of that moment names it', () => {
    const messages = [sent('shop', 'sms', 60_400), sent('fair', 'sms', 9_000), sent('mail', 'email', 60_000)];
    expect(lastChannelName(contact, messages, CHANNELS)).toBe('SHOP');
  });

  it('[CON-1] a message of another device: the only channel of the type, else nobody knows', () => {
    expect(lastChannelName({ lastContactAt: 60_000, lastChannelType: 'email' }, [], CHANNELS)).toBe('MAIL');
    expect(lastChannelName(contact, [sent('shop', 'sms')], CHANNELS)).toBeUndefined();
  });

  it('[CON-1] two at one moment, or a channel that is gone: nothing is guessed', () => {
    const messages = [sent('shop', 'sms', 60_000), sent('fair', 'sms', 60_100)];
    expect(lastChannelName(contact, messages, CHANNELS)).toBeUndefined();
    expect(lastChannelName(contact, [sent('gone', 'sms', 60_000)], CHANNELS)).toBeUndefined();
    expect(lastChannelName(contact, messages, CHANNELS.slice(0, 1))).toBeUndefined();
  });

  it('[CON-1] nobody was written to yet', () => {
    expect(lastChannelName({}, [], CHANNELS)).toBeUndefined();
  });
});
