/** The version of a build is a hash of its sources: the same tree built again must not be offered as a newer app. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'fieldcast-sources-'));
  write('src/page.ts', 'one');
  write('static/icon.svg', '<svg/>');
  write('messages/en/shell.json', '{}');
  mkdirSync(join(tree, 'scripts'));
  cpSync(resolve(import.meta.dirname, '../../scripts/app-sources.mjs'), join(tree, 'scripts/app-sources.mjs'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(tree, path, '..'), { recursive: true });
  writeFileSync(join(tree, path), text);
}

async function hash(): Promise<string> {
  const url = pathToFileURL(join(tree, 'scripts/app-sources.mjs')).href;
  return ((await import(/* @vite-ignore */ url)) as { hashOfApp: () => string }).hashOfApp();
}

it('[APP-1] a later build of the same sources is no other version', async () => {
  const first = await hash();
  utimesSync(join(tree, 'src/page.ts'), 1, 1);
  expect(await hash()).toBe(first);
});

it.each([
  ['src/page.ts', 'two'],
  ['src/another.ts', 'one'],
  ['static/icon.svg', '<svg></svg>'],
  ['messages/en/shell.json', '{"a":"b"}'],
  ['package-lock.json', '{}'],
  ['svelte.config.js', 'export default {}'],
])('[APP-1] another %s is another version', async (path, text) => {
  const first = await hash();
  write(path, text);
  expect(await hash()).not.toBe(first);
});

it('[APP-1] what only the relay runs, or is generated, is no version of the app', async () => {
  const first = await hash();
  write('src/relay/main.ts', 'one');
  write('src/paraglide/messages.js', 'one');
  write('docs/notes.md', 'one');
  expect(await hash()).toBe(first);
});
