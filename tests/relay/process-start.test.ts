/** `npm start` in a small tree of its own: what it installs, builds and passes on. The relay there is a few lines. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from '#tests/builders/relay-process';

const RELAY = `
process.on('SIGTERM', () => process.exit(7));
setInterval(() => {}, 1_000);
console.log('relay runs with', process.argv.slice(2).join(' ') || 'nothing');
`;
const BUILD =
  "const fs = require('fs'); fs.mkdirSync('build', { recursive: true }); fs.writeFileSync('build/index.html', '')";

let tree = '';
let removeFolder: () => Promise<void>;
const children: ChildProcess[] = [];
beforeEach(async () => {
  const folder = await temporaryFolder('start');
  tree = folder.path;
  removeFolder = folder.remove;
  write(
    'package.json',
    JSON.stringify({ name: 'tree', scripts: { start: 'node scripts/start.mjs', build: `node -e "${BUILD}"` } }),
  );
  write('package-lock.json', JSON.stringify({ name: 'tree', lockfileVersion: 3, packages: { '': { name: 'tree' } } }));
  write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  write('src/relay/main.ts', RELAY);
  write('src/app.ts', 'one');
  mkdirSync(join(tree, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(tree, 'node_modules/node/bin/node'));
  for (const name of ['start.mjs', 'install.mjs', 'app-sources.mjs', 'relay-flags.mjs'])
    cpSync(join(ROOT, 'scripts', name), join(tree, 'scripts', name));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await removeFolder();
});

function write(path: string, text: string): void {
  mkdirSync(join(tree, path, '..'), { recursive: true });
  writeFileSync(join(tree, path), text);
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
}

/** Resolves when the relay runs or the start has ended. */
async function start(command = process.execPath, args = ['scripts/start.mjs']): Promise<Started> {
  const child = spawn(command, args, { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const runs = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('relay runs')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  await Promise.race([runs, code]);
  return { child, output: () => output, code };
}

async function outputOfStart(): Promise<string> {
  const { child, output, code } = await start();
  child.kill('SIGTERM');
  await code;
  return output();
}

describe('npm start', { timeout: 60_000 }, () => {
  it('[APP-1] builds once, and again only when a source of the app has changed', async () => {
    expect(await outputOfStart()).toContain('Building the app …');
    expect(await outputOfStart()).toBe('relay runs with nothing\n');
    write('src/relay/other.ts', 'the relay is no part of the app');
    expect(await outputOfStart()).toBe('relay runs with nothing\n');
    write('src/app.ts', 'two');
    expect(await outputOfStart()).toContain('Building the app …');
    rmSync(join(tree, 'build/index.html'));
    expect(await outputOfStart()).toContain('Building the app …');
    write('src/app.ts', 'one');
    expect(await outputOfStart()).toContain('Building the app …');
  });

  it('[APP-1] an install by hand that fits the lock is not repeated, one that does not is', async () => {
    await outputOfStart();
    expect(existsSync(join(tree, 'node_modules/.fieldcast-installed'))).toBe(true);
    const packages = { '': { name: 'tree' }, 'node_modules/absent': { version: '1.0.0', integrity: 'sha512-x' } };
    write('package-lock.json', JSON.stringify({ name: 'tree', lockfileVersion: 3, packages }));
    write('package.json', JSON.stringify({ name: 'tree', dependencies: { absent: '2.0.0' } }));
    // npm ci refuses a lock that does not fit, without asking any network.
    const { output, code } = await start();
    expect(await code).toBe(1);
    expect(output()).toContain('Installing the libraries');
    expect(output()).toMatch(/The libraries could not be installed; npm says why above\.\n$/);
  });

  it('[APP-1] packages for other machines need not be here', async () => {
    const packages = {
      '': {},
      'node_modules/other-machine': { version: '1.0.0', integrity: 'sha512-x', optional: true },
    };
    write('package-lock.json', JSON.stringify({ name: 'tree', lockfileVersion: 3, packages }));
    expect(await outputOfStart()).not.toContain('Installing');
  });

  it('[APP-1] a build that fails stops it, and is tried again', async () => {
    const broken = { name: 'tree', scripts: { build: 'node -e "process.exit(3)"' } };
    const whole = readFileSync(join(tree, 'package.json'), 'utf8');
    write('package.json', JSON.stringify(broken));
    const { output, code } = await start();
    expect(await code).toBe(1);
    expect(output()).toMatch(/The app could not be built; the reason stands above\.\n$/);
    write('package.json', whole);
    expect(await outputOfStart()).toContain('Building the app …');
  });

  it('[APP-1] passes on arguments, signals and the exit code', async () => {
    const { child, output, code } = await start(process.execPath, ['scripts/start.mjs', 'owner-link']);
    expect(output()).toContain('relay runs with owner-link');
    child.kill('SIGTERM');
    expect(await code).toBe(7);
  });

  it('[APP-1] leaves no relay behind when npm is ended', async () => {
    const { child, code } = await start('npm', ['start', '--silent']);
    const ended = performance.now();
    child.kill('SIGTERM');
    // The relay holds the pipes open as long as it lives.
    await code;
    expect(performance.now() - ended).toBeLessThan(5_000);
  });
});
