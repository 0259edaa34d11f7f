import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../builders/relay-process.ts';
import { PATCHES } from './broken-tree.ts';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.patch'));

it.each(files)('[STYLE] %s is still a mistake that the code could have', (name) => {
  expect(() =>
    execFileSync('git', ['apply', '--check', join(import.meta.dirname, name)], { cwd: ROOT, stdio: 'pipe' }),
  ).not.toThrow();
});

it('[STYLE] every patch that can be asked for lies here', () => {
  expect(PATCHES.filter((patch) => !files.includes(`${patch}.patch`))).toEqual([]);
});
