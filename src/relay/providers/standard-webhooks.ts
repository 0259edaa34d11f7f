/**
 * Signatures as Standard Webhooks 1.0 has them (symmetric, `v1`): base64(HMAC-SHA256(secret, `id.timestamp.body`)).
 * Used both ways: for what the relay sends, and for what is called back. Remembers no ids: replays within the window
 * are told by what they change, which is nothing.
 */
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

const WINDOW_SECONDS = 5 * 60;

/** `whsec_` and base64 as the standard writes it, or any text, taken as its UTF-8 bytes. */
export function webhookKey(secret: string): KeyObject {
  const standard = /^whsec_([A-Za-z0-9+/_-]+={0,2})$/.exec(secret);
  return createSecretKey(standard ? Buffer.from(standard[1] ?? '', 'base64') : Buffer.from(secret, 'utf8'));
}

/** `v1,…`, the value of `webhook-signature`; `timestamp` in seconds since 1970. */
export function signWebhook(key: KeyObject, id: string, timestamp: number, body: string | Uint8Array): string {
  return `v1,${digest(key, id, String(timestamp), body).toString('base64')}`;
}

/** Whether one of the signatures holds for these very bytes, and was made within 5 minutes of `nowMs`, before or after. */
export function verifyWebhook(
  key: KeyObject,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  nowMs: number,
): boolean {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signatures = headers['webhook-signature'] ?? '';
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) return false;
  const expected = Buffer.from(`v1,${digest(key, id, timestamp, body).toString('base64')}`);
  let holds = false;
  for (const signature of signatures.split(' ')) {
    const given = Buffer.from(signature);
    if (given.length === expected.length && timingSafeEqual(given, expected)) holds = true;
  }
  return holds;
}

function digest(key: KeyObject, id: string, timestamp: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
