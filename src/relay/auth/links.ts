/**
 * One-time links: with one the owner claims a new relay, with another signs in again after losing the cookie.
 * The second is made by whoever may write to the data folder, also while the relay runs: a file there is its drop, taken
 * in when somebody signs in. So no second process ever opens the database.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RelayStore } from '#relay/store/types';
import { createToken, hashToken } from './tokens.ts';

export const CLAIM_LINK_MS = 72 * 3_600_000;
export const SIGN_IN_LINK_MS = 3_600_000;
/** From one screen to another, of one person. */
export const DEVICE_LINK_MS = 15 * 60_000;

export interface Links {
  /** A new claim token, while nobody has claimed the relay. */
  readonly createClaim: (now: number) => Promise<string | undefined>;
  /** Takes dropped sign-in links into the store. */
  readonly takeDropped: () => Promise<void>;
}

export function createLinks(store: Pick<RelayStore, 'workspace' | 'addLink'>, dataFolder: string): Links {
  // Made by the relay's own user, so that it can empty it whoever drops something there.
  const folder = dropFolder(dataFolder);
  return {
    async createClaim(now) {
      if (await store.workspace()) return undefined;
      const token = createToken();
      await store.addLink({ tokenHash: hashToken(token), purpose: 'claim', expiresAt: now + CLAIM_LINK_MS });
      return token;
    },
    async takeDropped() {
      for (const name of readdirSync(folder)) {
        // Gone before it counts: a crash in between costs a link, never gives one twice.
        rmSync(join(folder, name), { recursive: true, force: true });
        const [, tokenHash, expiresAt] = /^([0-9a-f]{64})\.(\d{13})$/.exec(name) ?? [];
        if (tokenHash === undefined) continue;
        await store.addLink({ tokenHash, purpose: 'signIn', expiresAt: Number(expiresAt) });
      }
    },
  };
}

/**
 * Drops a sign-in link into the data folder and answers its token. All is in the file's name, which the relay can read
 * even where the file belongs to another user.
 */
export function dropSignInLink(dataFolder: string, now: number): string {
  const token = createToken();
  const name = `${hashToken(token)}.${now + SIGN_IN_LINK_MS}`;
  closeSync(openSync(join(dropFolder(dataFolder), name), 'wx', 0o600));
  return token;
}

function dropFolder(dataFolder: string): string {
  const folder = join(dataFolder, 'links');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
