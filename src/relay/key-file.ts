/**
 * The key file of the data folder: made at first start, readable by its owner alone. Whoever has the database without
 * it cannot read any credentials.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseKeys } from './keyring.ts';

export type KeysResult =
  { readonly kind: 'keys'; readonly keys: readonly Buffer[] } | { readonly kind: 'wrong'; readonly sentence: string };

/**
 * The environment's keys before the file's, so that a key that moved into the environment takes over and the file's
 * still opens what it sealed. Without either, a key file is made.
 */
export function readKeys(dataFolder: string, fromEnvironment: string | undefined): KeysResult {
  const path = join(dataFolder, 'key');
  if (fromEnvironment === undefined && !existsSync(path)) writeKeyFile(path);
  const keys: Buffer[] = [];
  if (fromEnvironment !== undefined) {
    const given = parseKeys(fromEnvironment);
    if (!given) return { kind: 'wrong', sentence: `FIELDCAST_KEY ${FORM}` };
    keys.push(...given);
  }
  if (existsSync(path)) {
    const kept = parseKeys(readFileSync(path, 'utf8'));
    if (!kept) return { kind: 'wrong', sentence: `The key file in the data folder ${FORM}` };
    keys.push(...kept);
  }
  return { kind: 'keys', keys };
}

const FORM = 'must hold keys of 32 bytes in base64 or hex, newest first (make one with: openssl rand -base64 32).';

/** Whole or not at all: a key that is lost in a crash would take every credential with it. */
function writeKeyFile(path: string): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  writeSync(file, `${randomBytes(32).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  // The new name too must be on disk before anything is sealed with the key; Windows opens no folders.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
