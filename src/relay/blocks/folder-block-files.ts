/**
 * Blocks as files in a folder: `<workspace>/<two letters>/<id>`, names in hex, since file systems that take no notice
 * of case would mix up ids. A file gets its name only when its bytes are on disk, so that a kill leaves none half.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlockId, WorkspaceId } from '#domain/ids';
import type { BlockFiles } from './block-files.ts';

/** Files looked for at once: more would take the threads of other work. */
const LOOKED_FOR_AT_ONCE = 50;

/** What an earlier process was writing when it was killed is thrown away. */
export function createFolderBlockFiles(folder: string): BlockFiles {
  const arriving = join(folder, 'arriving');
  rmSync(arriving, { recursive: true, force: true });
  mkdirSync(arriving, { recursive: true, mode: 0o700 });

  function pathOf(workspace: WorkspaceId, id: BlockId): string {
    const name = inHex(id);
    // No folder of a workspace is called like the one for what arrives, which is no hex.
    return join(folder, inHex(workspace), name.slice(0, 2), name);
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(arriving, randomBytes(16).toString('hex'));
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await makeFolder(dirname(path), folder);
      await rename(temporary, path);
    } catch (problem) {
      await rm(temporary, { force: true });
      throw problem;
    }
    await syncFolder(dirname(path));
  }

  return {
    async put(workspace, id, bytes, hash) {
      if (sha256(bytes) !== hash) return 'altered';
      const path = pathOf(workspace, id);
      const before = await readIfThere(path);
      if (before) return sha256(before) === hash ? 'known' : 'taken';
      await write(path, bytes);
      return 'stored';
    },
    get: (workspace, id) => readIfThere(pathOf(workspace, id)),
    async has(workspace, ids) {
      const there = new Set<BlockId>();
      for (let from = 0; from < ids.length; from += LOOKED_FOR_AT_ONCE) {
        await Promise.all(
          ids.slice(from, from + LOOKED_FOR_AT_ONCE).map(async (id) => {
            if (await isThere(pathOf(workspace, id))) there.add(id);
          }),
        );
      }
      return there;
    },
    async remove(workspace, id) {
      const path = pathOf(workspace, id);
      if (!(await isThere(path))) return;
      await rm(path, { force: true });
      await syncFolder(dirname(path));
    },
  };
}

const inHex = (name: string) => Buffer.from(name).toString('hex');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw problem;
  }
}

/** With those above it up to `root`; a new folder's name stands on disk only when the one above it is synced. */
async function makeFolder(path: string, root: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made !== root; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
