// `npm test`: installs what is missing, Chromium included, then runs everything. Plain JavaScript: it starts on Node 20
// with nothing installed.
import { installIfNeeded } from './install.mjs';
import { findChromium } from './chromium.mjs';
import { runAll } from './run.mjs';

const [chromium] = await Promise.all([findChromium(), installIfNeeded()]);
console.log(`Browser: ${chromium}`);
process.exit(await runAll([['npm', 'run', '--silent', 'verify']], { CHROMIUM_PATH: chromium }));
