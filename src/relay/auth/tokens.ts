/** Tokens that a person or a browser holds: 256 random bits. The relay keeps their hashes only. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 43 letters, digits, `-` and `_`. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, hex. No salt is needed: nobody guesses 256 bits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** In a time that tells nothing of where the two differ. */
export function isSameToken(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(one), 'hex'), Buffer.from(hashToken(other), 'hex'));
}
