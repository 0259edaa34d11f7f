/** When the store says that it is another than before: put back from a backup in the ways that people do it. */
import { copyFile, cp, mkdtemp, rename, rm, writeFile, readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from '#relay/store/sqlite';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcast-incarnation-'));
  path = join(folder, 'data', 'relay.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

/** One start and clean stop. */
async function incarnation(at = path): Promise<string> {
  const store = createSqliteStore(at);
  const value = await store.incarnation();
  await store.close();
  return value;
}

/** One start that ends in a kill. */
async function killedIncarnation(): Promise<string> {
  const script = `
    const { createSqliteStore } = await import('#relay/store/sqlite');
    const store = createSqliteStore(process.argv[1]);
    process.stdout.write(await store.incarnation());
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [value] = (await once(child.stdout, 'data')) as [Buffer];
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  return value.toString();
}

describe('incarnation', () => {
  it('[SYN-8] stays over stops and kills', async () => {
    const first = await incarnation();
    expect(await killedIncarnation()).toBe(first);
    expect(await killedIncarnation()).toBe(first);
    expect(await incarnation()).toBe(first);
    expect(await incarnation(join(folder, 'other', 'relay.sqlite'))).not.toBe(first);
  });

  it('[SYN-8] a kill between database and file is no other incarnation', async () => {
    const first = await incarnation();
    const number = await readFile(`${path}.generation`, 'utf8');
    await incarnation();
    await incarnation();
    // The database is one ahead of its file, as that kill leaves it.
    const now = Number(await readFile(`${path}.generation`, 'utf8'));
    expect(now).toBeGreaterThan(Number(number));
    await writeFile(`${path}.generation`, `${now - 1}\n`);
    expect(await incarnation()).toBe(first);
  });

  it('[SYN-8] an older database written over the newer is another', async () => {
    const first = await incarnation();
    await copyFile(path, join(folder, 'backup'));
    expect(await incarnation()).toBe(first);
    await copyFile(join(folder, 'backup'), path);
    const second = await incarnation();
    expect(second).not.toBe(first);
    expect(await incarnation()).toBe(second);
  });

  it('[SYN-8] a folder put back whole is another', async () => {
    const first = await incarnation();
    await cp(join(folder, 'data'), join(folder, 'backup'), { recursive: true });
    await rm(join(folder, 'data'), { recursive: true });
    await rename(join(folder, 'backup'), join(folder, 'data'));
    expect(await incarnation()).not.toBe(first);
  });

  it('[SYN-8] a database without its file, or with one that is no number, is another', async () => {
    const first = await incarnation();
    await rm(`${path}.generation`);
    const second = await incarnation();
    expect(second).not.toBe(first);
    await writeFile(`${path}.generation`, 'half');
    expect(await incarnation()).not.toBe(second);
  });
});
