/** What every answer tells the browser to refuse. The app's own policy comes with its files (`static.ts`). */

/** An answer of the API is data: nothing in it may run, load or be framed. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
};

/** Sets them on an answer; a policy that stands there already stays. */
export function secureHeaders(headers: Headers, publicUrl: string): void {
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_POLICY);
  // Browsers heed it over TLS alone, so behind a proxy that ends TLS it works too.
  if (publicUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
}
