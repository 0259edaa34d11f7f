// `npm run verify`: types, lint, format, size; architecture and unit tests, the built app in a browser, and five kills of
// each kind. A browser under test leaves a third of two cores idle: all else runs beside it.
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { runSideBySide } from './run.mjs';

const npm = (script) => ['npm', 'run', '--silent', script];
const env = {
  CHROMIUM_PATH: await findChromium(),
  // Some two hundred processes start in a run, and half of a relay's start is compiling the same modules.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
};
const proofs = ['node_modules/.bin/node', 'tests/prove/run.ts', '--short'];
const steps = [
  () => runSideBySide([[npm('build')], [npm('format:check')]], env),
  () => runSideBySide([[npm('e2e')], [...['types', 'lint', 'size', 'unit'].map(npm), proofs]], env),
];
for (const step of steps) {
  const code = await step();
  if (code !== 0) process.exit(code);
}
