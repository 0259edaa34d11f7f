// `npm run simulate -- --seeds N --replicas R --ops M`: whole lives of several devices, from seeds that are printed.
import { spawnSync } from 'node:child_process';
import { installIfNeeded } from './install.mjs';

await installIfNeeded();
const { status } = spawnSync('node_modules/.bin/node', ['tests/simulate/run.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
