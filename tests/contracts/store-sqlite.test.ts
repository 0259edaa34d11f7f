/** The SQLite store passes the contract, keeps its promises of durability, and leaves nothing of a purged person. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from '#relay/store/sqlite';
import { STATE_CODES } from '#relay/store/sqlite-codes';
import {
  channelRow,
  claimAny,
  DAY_MS,
  messageId,
  partOf,
  intakeOf,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import { turnOf } from './store-dispatch.ts';
import { storeContract } from './store.ts';

storeContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fieldcast-store-'));
  const path = join(folder, 'relay.sqlite');
  let store = createSqliteStore(path);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = createSqliteStore(path);
      return store;
    },
    end: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('SQLite store', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldcast-store-'));
    path = join(folder, 'data', 'relay.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('[SYN-9] one data folder serves one store, and is free again once that is closed', async () => {
    const store = createSqliteStore(path);
    expect(() => createSqliteStore(path)).toThrow(/Another relay/);
    await store.close();
    await createSqliteStore(path).close();
  });

  it('[SYN-9] a process that is killed leaves the data folder free, and what it had committed', async () => {
    const script = `
      const { createSqliteStore } = await import('#relay/store/sqlite');
      const store = createSqliteStore(process.argv[1]);
      await store.addLink({ tokenHash: 'held', purpose: 'claim', expiresAt: 9e12 });
      process.stdout.write('open');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(() => createSqliteStore(path)).toThrow(/Another relay/);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    const store = createSqliteStore(path);
    const member = { id: 'm', workspace: WORKSPACE, name: 'Li', role: 'owner' } as const;
    const session = { tokenHash: 't', member: 'm', workspace: WORKSPACE, createdAt: START, expiresAt: START + 1 };
    const workspace = { id: WORKSPACE, name: 'Team', salt: 'salt', createdAt: START };
    expect(await store.claim('held', START, workspace, member, session)).toBe(true);
    await store.close();
  });

  it('[SYN-9] data of a newer version is refused, and left as it was', async () => {
    await createSqliteStore(path).close();
    const db = new Sqlite(path);
    db.pragma('user_version = 999');
    db.close();
    expect(() => createSqliteStore(path)).toThrow(/newer version/);
    const again = new Sqlite(path);
    expect(again.pragma('user_version', { simple: true })).toBe(999);
    again.close();
  });

  it('[SYN-9] the numbers of states in the tables never change', () => {
    expect(STATE_CODES).toEqual({ queued: 0, unknown: 10, accepted: 20, failed: 30, delivered: 40, clicked: 50 });
  });

  it('[MSG-10] after a purge no byte of address, variable, contact or text is left in any file', async () => {
    const store = createSqliteStore(path);
    await store.addChannel(channelRow());
    const content = { kind: 'text', text: 'CANARYTEXT {{name}}' } as const;
    const plan = { content, counts: [400], purgeAt: START + DAY_MS };
    const part = partOf(plan, 0);
    const canaries = {
      ...part,
      contacts: part.contacts.map((_, at) => `CANARYCONTACT${at}`),
      addresses: part.addresses.map((_, at) => `CANARYADDRESS${at}`),
      variables: { name: part.contacts.map((_, at) => `CANARYNAME${at}`) },
    };
    await store.intake(intakeOf(plan));
    await store.addPart(WORKSPACE, messageId('one'), canaries);
    await store.complete(WORKSPACE, messageId('one'), 100, START);
    const batch = await claimAny(store, 'a');
    await store.turn(
      batch,
      'a',
      START + 15_000,
      turnOf(batch, [[0, { kind: 'accepted', providerId: 'p' }]], [1, 2, 3]),
    );
    await store.release(batch, 'a', START, START);
    await takeIn(store, { name: 'stays', counts: [100] });
    expect(await found(path, 'CANARY')).not.toEqual([]);
    expect(await store.purge(START + DAY_MS)).toBe(1);
    expect(await found(path, 'CANARY')).toEqual([]);
    expect((await store.work(await claimAny(store, 'b'))).length).toBe(100);
    await store.close();
  });

  it('[MSG-10] only the owner of the process may read the files', async () => {
    const store = createSqliteStore(path);
    await store.addChannel(channelRow());
    const { stat } = await import('node:fs/promises');
    for (const name of ['relay.sqlite', 'relay.sqlite-wal']) {
      expect((await stat(join(folder, 'data', name))).mode & 0o077).toBe(0);
    }
    await store.close();
  });
});

/** The files beside `path` that hold the word. */
async function found(path: string, word: string): Promise<string[]> {
  const folder = join(path, '..');
  const names = await readdir(folder);
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return names.filter((_, at) => contents[at]?.includes(word));
}
