// `npm run verify`: types, lint, format, architecture and unit tests, size, the built app in a browser,
// and five kills of each kind. What takes one core runs beside something else that does.
import { findChromium } from './chromium.mjs';
import { runAll, runSideBySide } from './run.mjs';

const npm = (script) => ['npm', 'run', '--silent', script];
const env = { CHROMIUM_PATH: await findChromium() };
const steps = [
  () => runAll([npm('build')], env),
  () => runSideBySide([['types', 'size', 'format:check'].map(npm), [npm('lint')]], env),
  () => runAll([...['unit', 'e2e'].map(npm), ['node_modules/.bin/node', 'tests/prove/run.ts', '--short']], env),
];
for (const step of steps) {
  const code = await step();
  if (code !== 0) process.exit(code);
}
