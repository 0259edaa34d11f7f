/** Which run of the machine this is: another one after each start of its kernel, so also after a power cut. */
import { readFileSync } from 'node:fs';

/** Linux alone tells it. Undefined where nothing does: a clock, or the time since start, may be set or be wrong. */
export function readBootId(): string | undefined {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
