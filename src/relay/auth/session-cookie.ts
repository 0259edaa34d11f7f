/**
 * The session's cookie. `__Host-` makes the browser itself refuse it over plain HTTP to another machine, for a wider
 * domain or a path; Chromium and Firefox count http://localhost as secure.
 */
import type { SessionRow } from '#relay/store/types';

export const SESSION_COOKIE = '__Host-fieldcast';
export const SESSION_MS = 30 * 24 * 3_600_000;
/** Renewed once a day at most: a write for each request would say no more. */
const RENEW_AFTER_MS = 24 * 3_600_000;

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The token that a request carries. Of two cookies of one name neither is believed. */
export function readSessionToken(cookieHeader: string | undefined): string | undefined {
  const values = (cookieHeader ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

export function sessionCookie(token: string): string {
  return `${SESSION_COOKIE}=${token}; Max-Age=${SESSION_MS / 1_000}; ${ATTRIBUTES}`;
}

export const endedCookie = `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

export function isDueForRenewal(session: Pick<SessionRow, 'expiresAt'>, now: number): boolean {
  return session.expiresAt - now < SESSION_MS - RENEW_AFTER_MS;
}
