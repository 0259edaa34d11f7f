/** The folder passes the contract, keeps nothing half, and lets nobody else read. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, WorkspaceId } from '#domain/ids';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { blockFilesContract } from './block-files.ts';

const temporary = () => mkdtemp(join(tmpdir(), 'fieldcast-blocks-'));

blockFilesContract('folder', async () => {
  const folder = await temporary();
  const open = () => createFolderBlockFiles(join(folder, 'blocks'));
  return {
    files: open(),
    reopen: () => Promise.resolve(open()),
    end: () => rm(folder, { recursive: true }),
  };
});

describe('folder of blocks', () => {
  const WORKSPACE = '../../elsewhere' as WorkspaceId;
  const BYTES = new TextEncoder().encode('rows');
  const HASH = createHash('sha256').update(BYTES).digest('hex');
  let folder: string;
  beforeEach(async () => {
    folder = await temporary();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const names = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((f) => f.isFile());

  it('[IMP-9] what a kill left half written is thrown away', async () => {
    createFolderBlockFiles(folder);
    await writeFile(join(folder, 'arriving', 'half'), 'ro');
    createFolderBlockFiles(folder);
    expect(await names()).toEqual([]);
  });

  it('[SYN-7] whatever the names, files lie in the folder and are the owner’s alone to read', async () => {
    const files = createFolderBlockFiles(folder);
    expect(await files.put(WORKSPACE, '../x' as BlockId, BYTES, HASH)).toBe('stored');
    const [file, ...others] = await names();
    expect(others).toEqual([]);
    expect(file?.parentPath.startsWith(folder)).toBe(true);
    expect((await stat(join(file?.parentPath ?? '', file?.name ?? ''))).mode & 0o077).toBe(0);
    expect((await stat(file?.parentPath ?? '')).mode & 0o077).toBe(0);
  });

  it('[SYN-9] a folder that is gone is no answer, and no block that is missing', async () => {
    const files = createFolderBlockFiles(join(folder, 'blocks'));
    await rm(join(folder, 'blocks'), { recursive: true });
    await writeFile(join(folder, 'blocks'), '');
    await expect(files.put(WORKSPACE, 'x' as BlockId, BYTES, HASH)).rejects.toThrow();
    await expect(files.has(WORKSPACE, ['x' as BlockId])).rejects.toThrow();
  });
});
