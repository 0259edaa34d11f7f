/**
 * TC3-HMAC-SHA256, the signature of Tencent Cloud's API 3.0, over the exact bytes that are sent.
 * Signs POST requests to `/` without a query, the only ones that are made.
 */
import { createHash, createHmac } from 'node:crypto';

export interface Tc3Request {
  readonly secretId: string;
  readonly secretKey: string;
  readonly service: string;
  /** Seconds since 1970; Tencent takes 5 minutes either way. */
  readonly timestamp: number;
  /** Names and values in lower case, exactly as sent but for case; `content-type` and `host` at least. */
  readonly signedHeaders: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The value of the `Authorization` header. */
export function tc3Authorization(request: Tc3Request): string {
  const date = new Date(request.timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const names = Object.keys(request.signedHeaders).sort();
  const toSign = ['TC3-HMAC-SHA256', request.timestamp, scope, sha256(canonicalRequest(request))].join('\n');
  const key = hmac(hmac(hmac(`TC3${request.secretKey}`, date), request.service), 'tc3_request');
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${request.secretId}/${scope}`;
  return `TC3-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

export function canonicalRequest(request: Pick<Tc3Request, 'signedHeaders' | 'body'>): string {
  const names = Object.keys(request.signedHeaders).sort();
  const headers = names.map((name) => `${name}:${request.signedHeaders[name] ?? ''}\n`).join('');
  return ['POST', '/', '', headers, names.join(';'), sha256(request.body)].join('\n');
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
