/** Checks a TC3-HMAC-SHA256 signature as Tencent's document describes it, by code of its own; shares nothing with the relay. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

interface Keys {
  readonly secretId: string;
  readonly secretKey: string;
}

const hex = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** Tencent's error code, or nothing where the call is sound. */
export function checkTc3(request: IncomingMessage, body: Buffer, keys: Keys, nowMs: number): string | undefined {
  const { headers } = request;
  if (request.method !== 'POST' || request.url !== '/') return 'InvalidRequest';
  if (headers['x-tc-version'] !== '2021-01-11') return 'NoSuchVersion';
  if (!/^ap-[a-z]+$/.test(String(headers['x-tc-region']))) return 'UnsupportedRegion';
  if (!['SendSms', 'SendStatusStatistics'].includes(String(headers['x-tc-action']))) return 'InvalidAction';
  const timestamp = Number(headers['x-tc-timestamp']);
  if (!(Math.abs(nowMs / 1000 - timestamp) <= 300)) return 'AuthFailure.SignatureExpire';

  const form =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/(\w+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, id, day = '', service = '', signed = '', signature] = form.exec(String(headers.authorization)) ?? [];
  if (id === undefined) return 'AuthFailure.InvalidAuthorization';
  if (id !== keys.secretId) return 'AuthFailure.SecretIdNotFound';
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('content-type')) return 'AuthFailure.SignatureFailure';
  if (service !== 'sms' || new Date(timestamp * 1000).toISOString().slice(0, 10) !== day)
    return 'AuthFailure.SignatureFailure';

  let canonical = 'POST\n/\n\n';
  // The document: names and values in lower case, values without blanks around them.
  for (const name of names) canonical += `${name}:${String(headers[name]).trim().toLowerCase()}\n`;
  canonical += `\n${signed}\n${hex(body)}`;
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${day}/${service}/tc3_request\n${hex(canonical)}`;
  let key: Buffer = Buffer.from(`TC3${keys.secretKey}`);
  for (const part of [day, service, 'tc3_request']) key = createHmac('sha256', key).update(part).digest();
  const expected = createHmac('sha256', key).update(text).digest('hex');
  return expected === signature ? undefined : 'AuthFailure.SignatureFailure';
}
