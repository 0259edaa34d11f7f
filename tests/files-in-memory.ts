/**
 * Unit tests keep their files in memory where there is room: a third of the relay's suites is waiting for the disk, and
 * a process that is killed loses nothing by it. The proofs and the browser's tests stay on the disk.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM_BYTES = 2_000_000_000;

/** Before the workers start, which inherit it; answers what is to be done after the last. */
export default function keepFilesInMemory(): (() => void) | undefined {
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'fieldcast-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    // No such folder: another system than Linux.
    return false;
  }
}
