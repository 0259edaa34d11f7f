/** Who a request comes from, judged without a server: origin, cookie, rate, caller. */
import { describe, expect, it } from 'vitest';
import { isFromApp } from '#relay/auth/origin';
import { callerOf, createRateLimiter } from '#relay/auth/rate-limit';
import {
  SESSION_COOKIE,
  SESSION_MS,
  isDueForRenewal,
  readSessionToken,
  sessionCookie,
} from '#relay/auth/session-cookie';
import { createToken, hashToken, isSameToken } from '#relay/auth/tokens';

const URL_HERE = 'http://localhost:8080';
const judge = (method: string, headers: Record<string, string>, publicUrl = URL_HERE) =>
  isFromApp(method, new Headers(headers), publicUrl);

describe('origin', () => {
  it.each([
    ['POST', { origin: 'http://localhost:8080' }, true],
    ['POST', { origin: 'http://127.0.0.1:8080' }, true],
    ['POST', { origin: 'http://[::1]:8080' }, true],
    ['POST', {}, false],
    ['POST', { origin: 'null' }, false],
    ['POST', { origin: 'http://localhost:3000' }, false],
    ['POST', { origin: 'https://localhost:8080' }, false],
    ['POST', { origin: 'http://localhost:8080.evil.example' }, false],
    ['POST', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:5173' }, true],
    ['POST', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }, false],
    ['POST', { 'sec-fetch-site': 'cross-site' }, false],
    ['POST', { 'sec-fetch-site': 'none' }, false],
    ['GET', {}, true],
    ['GET', { 'sec-fetch-site': 'none' }, true],
    ['GET', { 'sec-fetch-site': 'same-site' }, false],
    ['GET', { 'sec-fetch-site': 'cross-site' }, false],
    ['GET', { origin: 'https://evil.example' }, false],
  ])('[SYN-7] %s with %j comes from the app: %s', (method, headers, expected) => {
    expect(judge(method, headers)).toBe(expected);
  });

  it('[SYN-7] a public address has no other names', () => {
    const here = 'https://field.example.com';
    expect(judge('POST', { origin: here }, here)).toBe(true);
    expect(judge('POST', { origin: 'https://localhost' }, here)).toBe(false);
    expect(judge('POST', { origin: 'http://field.example.com' }, here)).toBe(false);
  });
});

describe('session cookie', () => {
  it('[SYN-7] holds 256 random bits that only this host and no script gets', () => {
    const token = createToken();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(sessionCookie(token)).toBe(
      `__Host-fieldcast=${token}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Strict`,
    );
  });

  it.each([
    ['one', `${SESSION_COOKIE}=${'a'.repeat(43)}`, 'a'.repeat(43)],
    ['among others', `x=1; ${SESSION_COOKIE}=${'b'.repeat(43)}; y=2`, 'b'.repeat(43)],
    ['two of the name', `${SESSION_COOKIE}=${'a'.repeat(43)}; ${SESSION_COOKIE}=${'b'.repeat(43)}`, undefined],
    ['too short', `${SESSION_COOKIE}=abc`, undefined],
    ['without the prefix', `fieldcast=${'a'.repeat(43)}`, undefined],
    ['none', undefined, undefined],
  ])('[SYN-7] is read where there is exactly one: %s', (_name, header, expected) => {
    expect(readSessionToken(header)).toBe(expected);
  });

  it('[SYN-7] is renewed once a day', () => {
    const now = 1_000_000_000_000;
    expect(isDueForRenewal({ expiresAt: now + SESSION_MS }, now)).toBe(false);
    expect(isDueForRenewal({ expiresAt: now + SESSION_MS - 23 * 3_600_000 }, now)).toBe(false);
    expect(isDueForRenewal({ expiresAt: now + SESSION_MS - 25 * 3_600_000 }, now)).toBe(true);
  });

  it('[SYN-7] tokens are compared by their hashes', () => {
    const token = createToken();
    expect(isSameToken(token, token)).toBe(true);
    expect(isSameToken(token, `${token}x`)).toBe(false);
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken(token)).not.toContain(token);
  });
});

describe('rate limit', () => {
  const limit = { name: 'test', perSecond: 2, burst: 3 };

  it('[SYN-7] lets a burst through, then so many a second', () => {
    const limiter = createRateLimiter();
    expect([1, 2, 3, 4].map(() => limiter.take(limit, 'one', 0))).toEqual([0, 0, 0, 1]);
    expect(limiter.take(limit, 'one', 500)).toBe(0);
    expect(limiter.take(limit, 'one', 500)).toBe(1);
    expect(limiter.take(limit, 'one', 60_000)).toBe(0);
  });

  it('[SYN-7] callers and limits do not share', () => {
    const limiter = createRateLimiter();
    for (let i = 0; i < 3; i += 1) limiter.take(limit, 'one', 0);
    expect(limiter.take(limit, 'one', 0)).toBeGreaterThan(0);
    expect(limiter.take(limit, 'two', 0)).toBe(0);
    expect(limiter.take({ ...limit, name: 'other' }, 'one', 0)).toBe(0);
  });

  it('[SYN-7] says after how many seconds to come again', () => {
    const limiter = createRateLimiter();
    const slow = { name: 'slow', perSecond: 10 / 60, burst: 1 };
    limiter.take(slow, 'one', 0);
    expect(limiter.take(slow, 'one', 0)).toBe(6);
  });

  it('[SYN-7] a clock that is set back gives nothing and locks nobody out', () => {
    const limiter = createRateLimiter();
    for (let i = 0; i < 3; i += 1) limiter.take(limit, 'one', 100_000);
    expect(limiter.take(limit, 'one', 0)).toBeGreaterThan(0);
    expect(limiter.take(limit, 'one', 1_000)).toBe(0);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('[SYN-7] the caller behind %s is %s', (address, expected) => {
    expect(callerOf(address)).toBe(expected);
  });
});
