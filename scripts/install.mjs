// Brings the machine's copy up to what the repository says: libraries as in package-lock.json, the app as in its
// sources. Plain JavaScript without libraries: it runs on Node 20 with nothing installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf, hashOfApp } from './app-sources.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INSTALL_STAMP = join(ROOT, 'node_modules/.fieldcast-installed');
const BUILD_STAMP = join(ROOT, 'build/.fieldcast-built');

/** Runs `npm ci` unless node_modules is already what package-lock.json says. Ends the process where that fails. */
export async function installIfNeeded() {
  const wanted = hashOf(['package-lock.json']);
  if (readStamp(INSTALL_STAMP) === wanted) return;
  if (!hasEveryPackage()) {
    console.log('Installing the libraries of package-lock.json …');
    await runNpm(['ci', '--no-audit', '--no-fund'], 'The libraries could not be installed; npm says why above.');
  }
  writeFileSync(INSTALL_STAMP, wanted);
}

/** Builds the app unless the last build was made of the same sources. Ends the process where that fails. */
export async function buildIfNeeded() {
  const wanted = hashOfApp();
  if (existsSync(join(ROOT, 'build/index.html')) && readStamp(BUILD_STAMP) === wanted) return;
  console.log('Building the app …');
  await runNpm(['run', '--silent', 'build'], 'The app could not be built; the reason stands above.');
  writeFileSync(BUILD_STAMP, wanted);
}

/** npm's own record of what it installed, held against the lock: an install by hand need not be repeated. */
function hasEveryPackage() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Optional ones are for other machines.
    if (!installed) return entry.optional === true;
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function runNpm(args, sentence) {
  const npm = spawn('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  const status = await new Promise((resolve) => npm.on('error', () => resolve(127)).on('exit', resolve));
  if (status === 0) return;
  console.error(sentence);
  process.exit(1);
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
