import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signWebhook, verifyWebhook, webhookKey } from '#relay/providers/standard-webhooks';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const key = webhookKey(secret);
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const seconds = 1_614_265_330;
const nowMs = seconds * 1000;
const text = '{"test": 2432232314}';
const body = Buffer.from(text);
const signature = signWebhook(key, id, seconds, text);
const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
const verify = (change: Record<string, string> = {}, of: Uint8Array = body, now = nowMs): boolean =>
  verifyWebhook(key, { ...headers, ...change }, of, now);
const without = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name));

describe('signatures of Standard Webhooks', () => {
  test("[CHA-3] the standard's own example has the standard's own signature", () => {
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  const cases: readonly (readonly [string, boolean, () => boolean])[] = [
    ['a sound signature holds', true, () => verify()],
    ['without an id', false, () => verifyWebhook(key, without('webhook-id'), body, nowMs)],
    ['without a time', false, () => verifyWebhook(key, without('webhook-timestamp'), body, nowMs)],
    ['without a signature', false, () => verifyWebhook(key, without('webhook-signature'), body, nowMs)],
    ['a time that is no number', false, () => verify({ 'webhook-timestamp': `${seconds}x` })],
    ['another time', false, () => verify({ 'webhook-timestamp': String(seconds + 1) })],
    ['another id', false, () => verify({ 'webhook-id': 'msg_other' })],
    ['another signature', false, () => verify({ 'webhook-signature': 'v1,dGhpcyBpcyBub3QgdGhlIHNpZ25hdHVyZQ==' })],
    ['a signature without its version', false, () => verify({ 'webhook-signature': signature.slice(3) })],
    [
      'the signature under another version',
      false,
      () => verify({ 'webhook-signature': signature.replace('v1', 'v2') }),
    ],
    ['half a signature', false, () => verify({ 'webhook-signature': signature.slice(0, 20) })],
    [
      'several, one of them sound',
      true,
      () => verify({ 'webhook-signature': `v1,AAAA v2,BBBB v1a,CCCC ${signature} v1,DDDD` }),
    ],
    ['several, none of them sound', false, () => verify({ 'webhook-signature': 'v1,AAAA v1,BBBB' })],
    ['299 seconds late', true, () => verify({}, body, nowMs + 299_000)],
    ['301 seconds late', false, () => verify({}, body, nowMs + 301_000)],
    ['299 seconds early', true, () => verify({}, body, nowMs - 299_000)],
    ['301 seconds early', false, () => verify({}, body, nowMs - 301_000)],
    ['the same JSON written anew', false, () => verify({}, Buffer.from('{"test":2432232314}'))],
    ['an empty body', false, () => verify({}, new Uint8Array())],
  ];
  test.each(cases)('[CHA-3] %s: %s', (_name, holds, run) => {
    expect(run()).toBe(holds);
  });

  test('[CHA-3] each bit that is turned over in id, time, body or signature is seen', () => {
    const parts = {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature,
      body: text,
    };
    let tried = 0;
    for (const [part, value] of Object.entries(parts)) {
      const bytes = Buffer.from(value);
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const turned = Buffer.from(bytes);
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const holds = part === 'body' ? verify({}, turned) : verify({ [part]: turned.toString('latin1') });
        expect(holds, `${part}, bit ${bit}`).toBe(false);
        tried += 1;
      }
    }
    expect(tried).toBe((id.length + 10 + signature.length + text.length) * 8);
  });

  test('[CHA-3] a secret is base64 after whsec_, and else the text itself', () => {
    const raw = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64').toString('latin1');
    expect(webhookKey(secret).export().toString('latin1')).toBe(raw);
    expect(webhookKey('a plain secret, 密').export().toString()).toBe('a plain secret, 密');
    expect(webhookKey('whsec_not base64').export().toString()).toBe('whsec_not base64');
  });

  test('[CHA-3] whatever was signed verifies, and only with its own secret', () => {
    const words = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((word) => !word.includes(' '));
    fc.assert(
      fc.property(words, fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (anId, content, other) => {
        const sent = {
          'webhook-id': anId,
          'webhook-timestamp': '1',
          'webhook-signature': signWebhook(key, anId, 1, content),
        };
        expect(verifyWebhook(key, sent, Buffer.from(content), 1_000)).toBe(true);
        expect(verifyWebhook(webhookKey(other), sent, Buffer.from(content), 1_000)).toBe(false);
      }),
    );
  });
});
