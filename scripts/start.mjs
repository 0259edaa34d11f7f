// `npm start`: installs what is missing, builds the app when its sources changed, then runs the relay, which serves it.
// Plain JavaScript: it starts on Node 20 with nothing installed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded, installIfNeeded } from './install.mjs';
import { RELAY_FLAGS } from './relay-flags.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

await installIfNeeded();
await buildIfNeeded();

// The Node that the lock pins: the relay needs a newer one than the machine may have.
const node = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const relay = spawn(node, [...RELAY_FLAGS, join(ROOT, 'src/relay/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});

// A terminal signals the whole group and npm passes signals on too; the relay takes the first and ignores the rest.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => relay.kill(signal));

// npm and its shell die of a SIGTERM without passing it on; a relay left behind would keep the port and the folder.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && relay.kill('SIGTERM'), 250).unref();
}

relay.on('error', (problem) => {
  console.error(`The relay could not be started (${problem.code}).`);
  process.exit(1);
});
relay.on('exit', (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  // Ended by a signal it could not take, such as SIGKILL: end in the same way.
  for (const taken of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(taken);
  process.kill(process.pid, signal);
});
