// `npm run prove`: the crash proofs with their full counts, on the built app. Takes about half an hour.
import { buildIfNeeded, installIfNeeded } from './install.mjs';
import { findChromium } from './chromium.mjs';
import { runAll } from './run.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exit(
  await runAll([['node_modules/.bin/node', 'tests/prove/run.ts', ...process.argv.slice(2)]], {
    CHROMIUM_PATH: await findChromium(),
  }),
);
