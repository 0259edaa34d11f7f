// `npm run verify`: types, lint, format, architecture and unit tests, the built app in a browser, size.
import { findChromium } from './chromium.mjs';
import { runAll } from './run.mjs';

const npm = (script) => ['npm', 'run', '--silent', script];
const code = await runAll(['build', 'types', 'lint', 'format:check', 'unit', 'size', 'e2e'].map(npm), {
  CHROMIUM_PATH: await findChromium(),
});
process.exit(code);
