/** Credentials at rest: sealed, bound to their channel, moved to a new key, and a kill in the middle of that. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { readKeys } from '#relay/key-file';
import { createKeyring, parseKeys, resealCredentials } from '#relay/keyring';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';

const place = { workspace: 'workspaceOne' as WorkspaceId, code: 'mail' as ChannelCode };
const oldKey = randomBytes(32);
const newKey = randomBytes(32);

describe('keyring', () => {
  it('[CHA-2] what is sealed opens again, whatever is in it', () => {
    const keyring = createKeyring([newKey]);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (credentials) => {
        const given = { ...credentials };
        const sealed = keyring.seal(given, place);
        expect(keyring.open(sealed, place)).toEqual({ kind: 'opened', credentials: JSON.parse(JSON.stringify(given)) });
      }),
    );
  });

  it('[CHA-2] nothing of it can be read in the record, and no two records are the same', () => {
    const keyring = createKeyring([newKey]);
    const one = keyring.seal({ password: 'canary-password' }, place);
    expect(one).not.toContain('canary');
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('canary');
    expect(keyring.seal({ password: 'canary-password' }, place)).not.toBe(one);
  });

  it('[CHA-2] a record of another channel or workspace does not open', () => {
    const keyring = createKeyring([newKey]);
    const sealed = keyring.seal({ password: 'x' }, place);
    expect(keyring.open(sealed, { ...place, code: 'other' as ChannelCode })).toEqual({ kind: 'broken' });
    expect(keyring.open(sealed, { ...place, workspace: 'other' as WorkspaceId })).toEqual({ kind: 'broken' });
  });

  it('[CHA-2] a record with any byte altered does not open', () => {
    const keyring = createKeyring([newKey]);
    const [format, id, body = ''] = keyring.seal({ password: 'x' }, place).split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(keyring.open([format, id, altered.toString('base64url')].join('.'), place).kind).toBe('broken');
    }
    for (const text of ['', 'v1', 'v1..', `v1.${id}.`, `v1.${id}.AAAA`, `v2.${id}.${body}`]) {
      expect(keyring.open(text, place).kind).not.toBe('opened');
    }
  });

  it('[CHA-2] says when the key is not here', () => {
    const sealed = createKeyring([oldKey]).seal({ password: 'x' }, place);
    expect(createKeyring([newKey]).open(sealed, place)).toEqual({ kind: 'keyMissing' });
    expect(createKeyring([newKey, oldKey]).open(sealed, place).kind).toBe('opened');
  });

  it('[CHA-2] keys are written in base64 or hex, several newest first', () => {
    const [one, two] = [newKey, oldKey];
    expect(parseKeys(one.toString('base64'))).toEqual([one]);
    expect(parseKeys(`${one.toString('hex')}\n${two.toString('base64url')},`)).toEqual([one, two]);
    for (const wrong of [
      '',
      'short',
      `${one.toString('base64')} short`,
      one.toString('hex').slice(2),
      'é'.repeat(43),
    ]) {
      expect(parseKeys(wrong)).toBeUndefined();
    }
  });
});

describe('with a store', () => {
  let folder = '';
  let store: RelayStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcast-keyring-'));
    store = createSqliteStore(join(folder, 'relay.sqlite'));
    await addWorkspaceWithChannels(store, 5);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('[CHA-2] a new key takes over every record, once', async () => {
    const keyring = createKeyring([newKey, oldKey]);
    expect(await resealCredentials(store, keyring)).toEqual({ resealed: 5, unreadable: [] });
    expect(await resealCredentials(store, keyring)).toEqual({ resealed: 0, unreadable: [] });
    expect(await opened(store, [newKey])).toEqual([0, 1, 2, 3, 4].map((n) => ({ password: `secret ${n}` })));
  });

  it('[CHA-2] a kill at any point of it loses nothing, and the next start goes on', async () => {
    const keyring = createKeyring([newKey, oldKey]);
    for (let writes = 0; writes < 5; writes += 1) {
      await expect(resealCredentials(diesAfter(store, 1), keyring)).rejects.toThrow('killed');
      expect(await opened(store, [newKey, oldKey])).toEqual([0, 1, 2, 3, 4].map((n) => ({ password: `secret ${n}` })));
    }
    expect(await resealCredentials(store, keyring)).toEqual({ resealed: 0, unreadable: [] });
    expect(await opened(store, [newKey])).toHaveLength(5);
  });

  it('[CHA-2] records whose key is lost stay as they are, and are named', async () => {
    const result = await resealCredentials(store, createKeyring([newKey]));
    expect(result).toEqual({ resealed: 0, unreadable: ['c0', 'c1', 'c2', 'c3', 'c4'] });
    expect(await opened(store, [oldKey])).toHaveLength(5);
  });
});

describe('key file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcast-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('[CHA-2] is made once, for its owner alone', () => {
    const first = readKeys(folder, undefined);
    expect(first.kind).toBe('keys');
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key']);
    expect(readKeys(folder, undefined)).toEqual(first);
  });

  it('[CHA-2] still opens what it sealed after a key came into the environment', () => {
    const before = readKeys(folder, undefined);
    const after = readKeys(folder, newKey.toString('base64'));
    expect(after).toEqual({ kind: 'keys', keys: [newKey, ...(before.kind === 'keys' ? before.keys : [])] });
  });

  it('[CHA-2] none is made where the environment has a key', () => {
    readKeys(folder, newKey.toString('base64'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('[CHA-2] a wrong key is refused without being repeated', () => {
    writeFileSync(join(folder, 'key'), 'canary-not-a-key');
    const results = [readKeys(folder, undefined), readKeys(folder, 'canary-not-a-key')];
    for (const result of results) {
      expect(result.kind).toBe('wrong');
      expect(JSON.stringify(result)).not.toContain('canary');
    }
  });
});

async function addWorkspaceWithChannels(store: RelayStore, count: number): Promise<void> {
  const { workspace } = place;
  const row = { id: workspace, name: 'Team', salt: 'salt', createdAt: 1 };
  const member = { id: 'ada', workspace, name: 'Ada', role: 'owner' as const };
  const session = { tokenHash: 'h', member: 'ada', workspace, createdAt: 1, expiresAt: 2 };
  await store.addLink({ tokenHash: 'link', purpose: 'claim', expiresAt: 10 });
  await store.claim('link', 1, row, member, session);
  const keyring = createKeyring([oldKey]);
  for (let n = 0; n < count; n += 1) {
    const code = `c${n}` as ChannelCode;
    const sealedCredentials = keyring.seal({ password: `secret ${n}` }, { workspace, code });
    const rest = { name: code, type: 'email', platform: 'smtp', settings: {}, callbackSecret: `s${n}` } as const;
    await store.addChannel({ workspace, code, sealedCredentials, ...rest });
  }
}

async function opened(store: RelayStore, keys: readonly Buffer[]) {
  const keyring = createKeyring(keys);
  const channels = await store.channels(place.workspace);
  return channels
    .toSorted((one, other) => one.code.localeCompare(other.code))
    .map((channel) => keyring.open(channel.sealedCredentials, channel))
    .flatMap((result) => (result.kind === 'opened' ? [result.credentials] : []));
}

/** A store whose process dies after so many changes of a channel. */
function diesAfter(store: RelayStore, writes: number): RelayStore {
  let left = writes;
  return {
    ...store,
    changeChannel: async (...change) => {
      const changed = await store.changeChannel(...change);
      left -= 1;
      if (left === 0) throw new Error('killed');
      return changed;
    },
  };
}
