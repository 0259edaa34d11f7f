/**
 * A copy of the tree with one patch of this folder applied: a plausible mistake. A crash test that passes on it tests
 * nothing. The patches quote the lines around them, so they fail to apply when the code moves, and are then renewed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ROOT, temporaryFolder } from '../builders/relay-process.ts';

export const PATCHES = [
  'answer-before-commit',
  'call-before-attempt',
  'erasure-leaves-blocks',
  'erasure-spares-pending',
  'erased-id-comes-back',
  'hub-acks-first',
  'key-of-another-renames',
  'log-answers-first',
  'outbox-deletes-first',
  'pack-before-bytes',
  'part-not-taken-back',
  'tie-by-arrival',
  'twins-across-user-ids',
  'undo-keeps-members',
  'undo-loosens-consent',
  'weak-beats-strong',
  'words-not-kept',
] as const;
export type Patch = (typeof PATCHES)[number];

export interface BrokenTree {
  readonly root: string;
  readonly remove: () => Promise<void>;
}

/** `built`: the app is built anew from the patched source, which takes some seconds. */
export async function breakTree(patch: Patch, app: 'asItIs' | 'built' = 'asItIs'): Promise<BrokenTree> {
  const folder = await temporaryFolder(`broken-${patch}`);
  for (const name of [
    'src',
    'workers',
    'static',
    'messages',
    'project.inlang',
    'scripts',
    'tests',
    'package.json',
    'svelte.config.js',
    'vite.config.ts',
    'tsconfig.json',
    'tsconfig.base.json',
    'build',
  ])
    if (existsSync(join(ROOT, name))) await cp(join(ROOT, name), join(folder.path, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
  // Within a repository git passes over files outside of its index in silence: let it find none.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder.path) };
  execFileSync('git', ['apply', resolve(import.meta.dirname, `${patch}.patch`)], { cwd: folder.path, env });
  if (app === 'built') execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder.path, stdio: 'ignore' });
  return { root: folder.path, remove: folder.remove };
}
