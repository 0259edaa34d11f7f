/**
 * Seals channels' credentials for the store and opens them for a provider. A sealed record names its key, and is bound
 * to its workspace and channel, so that one copied to another channel does not open. Knows no file and no database.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { ChannelRow, RelayStore } from '#relay/store/types';

export type Credentials = Readonly<Record<string, string>>;
type Place = Pick<ChannelRow, 'workspace' | 'code'>;

export type OpenResult =
  | { readonly kind: 'opened'; readonly credentials: Credentials }
  /** Sealed under a key that is not here. */
  | { readonly kind: 'keyMissing' }
  /** Not made here, of another channel, or altered. */
  | { readonly kind: 'broken' };

export interface Keyring {
  /** Under the newest key. */
  readonly seal: (credentials: Credentials, place: Place) => string;
  readonly open: (sealed: string, place: Place) => OpenResult;
  readonly isCurrent: (sealed: string) => boolean;
}

const KEY_BYTES = 32;
/** 96 random bits are safe for 2^32 records under one key (NIST SP 800-38D, 8.3); there are a few hundred. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/** `keys`: newest first, at least one, each of 32 bytes. */
export function createKeyring(keys: readonly Buffer[]): Keyring {
  const keyById = new Map(keys.map((key) => [keyId(key), key]));
  const [newest] = keys;
  if (!newest) throw new TypeError('A keyring needs a key');
  const newestId = keyId(newest);

  return {
    seal(credentials, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest, iv).setAAD(binding(place, newestId));
      const bytes = Buffer.concat([cipher.update(JSON.stringify(credentials), 'utf8'), cipher.final()]);
      const sealed = Buffer.concat([iv, bytes, cipher.getAuthTag()]).toString('base64url');
      return [FORMAT, newestId, sealed].join('.');
    },

    open(sealed, place) {
      const [format, id = '', body = ''] = sealed.split('.');
      if (format !== FORMAT) return { kind: 'broken' };
      const key = keyById.get(id);
      if (!key) return { kind: 'keyMissing' };
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return { kind: 'broken' };
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(binding(place, id)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
        return { kind: 'opened', credentials: JSON.parse(opened.toString('utf8')) as Credentials };
      } catch {
        return { kind: 'broken' };
      }
    },

    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${newestId}.`),
  };
}

/** Tells keys apart without telling anything of them. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('fieldcast key id').update(key).digest('hex').slice(0, 12);
}

/** No part holds a NUL, so no two places give the same bytes. */
function binding(place: Place, id: string): Buffer {
  return Buffer.from([FORMAT, id, place.workspace, place.code].join('\0'));
}

/** Keys as written in the environment or the key file: base64 or hex, separated by spaces, commas or lines. */
export function parseKeys(text: string): readonly Buffer[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const keys = words.map((word) => Buffer.from(word, /^[0-9a-fA-F]{64}$/.test(word) ? 'hex' : 'base64'));
  const isWhole = words.every((word) => /^[0-9a-fA-F]{64}$|^[A-Za-z0-9+/_-]{43}=?$/.test(word));
  return keys.length > 0 && isWhole && keys.every((key) => key.length === KEY_BYTES) ? keys : undefined;
}

export interface ResealResult {
  readonly resealed: number;
  /** Channels whose credentials no key here opens. Their records are left as they are: the key may come back. */
  readonly unreadable: readonly string[];
}

/**
 * Seals anew what stands under an older key, a channel at a time. Each is one transaction and says by itself whether it
 * is done, so that after a kill the next start goes on with the rest.
 */
export async function resealCredentials(store: RelayStore, keyring: Keyring): Promise<ResealResult> {
  const workspace = await store.workspace();
  const channels = workspace ? await store.channels(workspace.id) : [];
  const unreadable: string[] = [];
  let resealed = 0;
  for (const channel of channels) {
    const opened = keyring.open(channel.sealedCredentials, channel);
    if (opened.kind !== 'opened') {
      unreadable.push(channel.code);
    } else if (!keyring.isCurrent(channel.sealedCredentials)) {
      await store.changeChannel(channel.workspace, channel.code, {
        sealedCredentials: keyring.seal(opened.credentials, channel),
      });
      resealed += 1;
    }
  }
  return { resealed, unreadable };
}
