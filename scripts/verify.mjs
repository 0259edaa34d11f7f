// `npm run verify`: types, lint, format, architecture and unit tests, size, the built app in a browser,
// and five kills of each kind.
import { findChromium } from './chromium.mjs';
import { runAll } from './run.mjs';

const npm = (script) => ['npm', 'run', '--silent', script];
const code = await runAll(
  [
    ...['build', 'types', 'lint', 'format:check', 'unit', 'size', 'e2e'].map(npm),
    ['node_modules/.bin/node', 'tests/prove/run.ts', '--short'],
  ],
  { CHROMIUM_PATH: await findChromium() },
);
process.exit(code);
