/**
 * The token of a one-time link stands after its `#`: browsers do not send that part, so it is in no log on the way.
 * It is taken out of the address at once, so that it stays in no history either.
 */
import { replaceState } from '$app/navigation';

/** As the relay makes them: base64url. */
const TOKEN = /^[A-Za-z0-9_-]{16,100}$/;

/** The token in this page's address, which is without it afterwards. */
export function takeToken(): string | undefined {
  const token = location.hash.slice(1);
  if (!TOKEN.test(token)) return undefined;
  // Kit's router must have started before its history may be written.
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- resolve() is for apps under a base path
  setTimeout(() => replaceState(location.pathname, {}));
  return token;
}

/** From a link that someone pasted, or its token alone. */
export function parseToken(text: string): string | undefined {
  const token = text.trim().split('#').at(-1) ?? '';
  return TOKEN.test(token) ? token : undefined;
}
