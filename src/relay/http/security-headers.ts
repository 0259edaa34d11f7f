/** What every answer tells the browser to refuse. The app's own policy comes with its files (`static.ts`). */

/** An answer of the API is data: nothing in it may run, load or be framed. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};
const OF_PAGES: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
};

/** `page`: what the browser may show as one. `data`: what it has said it hands to a script, and to nothing else. */
export type AnswerKind = 'page' | 'data';

/**
 * Only the app's files are ever kept and shown later, so of the API a browser's own word is enough: a page cannot make
 * it for a request that leads to a page, a frame or a script. Whoever says nothing gets all of it.
 */
export function answerKind(path: string, headers: Headers): AnswerKind {
  return path.startsWith('/api/') && headers.get('sec-fetch-dest') === 'empty' ? 'data' : 'page';
}

/** Sets them on an answer; a policy that stands there already stays. */
export function secureHeaders(headers: Headers, publicUrl: string, kind: AnswerKind): void {
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  if (kind === 'data') return;
  for (const [name, value] of Object.entries(OF_PAGES)) headers.set(name, value);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_POLICY);
  // Browsers heed it over TLS alone, so behind a proxy that ends TLS it works too.
  if (publicUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
}
