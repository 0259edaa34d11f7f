/**
 * Whether a request comes from the app itself. A cookie goes along with requests that other pages on the same site
 * cause (for localhost: on any port), so SameSite alone does not tell them apart. Knows nothing of sessions.
 */

/** The browser's own word (Fetch Metadata, which no page can set) decides; without it the Origin must be ours. */
export function isFromApp(method: string, headers: Headers, publicUrl: string): boolean {
  const isSafe = method === 'GET' || method === 'HEAD';
  const site = headers.get('sec-fetch-site');
  // `none` is a person's own doing: an address typed in.
  if (site !== null) return site === 'same-origin' || (isSafe && site === 'none');
  const origin = headers.get('origin');
  if (origin === null) return isSafe;
  return ownOrigins(publicUrl).includes(origin);
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** A relay on this machine is the same one under each name of the machine. */
function ownOrigins(publicUrl: string): readonly string[] {
  const url = new URL(publicUrl);
  if (!LOOPBACK_HOSTS.includes(url.hostname)) return [url.origin];
  return LOOPBACK_HOSTS.map((host) => `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`);
}
