// Finds a Chromium for the tests: CHROMIUM_PATH, then an installed one, then Debian's package when root.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The path of a Chromium; ends the process with a clear sentence where there is none and none can be installed.
 * @returns {Promise<string>}
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    stop(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  const installed = installedChromium();
  if (installed) return installed;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    console.log('Installing Chromium from Debian …');
    await aptGet('update', '-qq');
    await aptGet('install', '-y', '-qq', '--no-install-recommends', 'chromium');
    const fresh = installedChromium();
    if (fresh) return fresh;
  }
  stop('The tests need Chromium. Install it, or name one: CHROMIUM_PATH=/path/to/chromium npm test');
}

async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await promisify(execFile)('apt-get', args, { env, maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
    stop(`apt-get ${args[0]} did not work:\n${error.stderr}`);
  });
}

function installedChromium() {
  for (const name of NAMES) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  return undefined;
}

/** @returns {never} */
function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
