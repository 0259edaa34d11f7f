/** Opens the built app as a returning visitor with one contact, and lists the scripts asked for until its row stands. */
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS } from './browser.ts';
import { startRelay, temporaryFolder } from './relay-process.ts';
import { addContact } from './pages.ts';

export interface FirstRows {
  /** Paths below `build/`. */
  readonly pageScripts: readonly string[];
  readonly workerScripts: readonly string[];
}

export async function measureFirstRows(): Promise<FirstRows> {
  const folder = await temporaryFolder('size');
  const relay = await startRelay({ data: folder.path });
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
  });
  try {
    // The service worker fetches everything ahead, which is not what stands between a visitor and the rows.
    const context = await browser.newContext({
      serviceWorkers: 'block',
      locale: 'en-GB',
      viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    await page.goto(`${relay.url}/contacts`);
    await addContact(page, { name: 'Ana Lima', phone: '+8613800138000' });
    const pageScripts = new Set<string>();
    const workerScripts = new Set<string>();
    const workerRoots = new Set<string>();
    page.on('worker', (worker) => workerRoots.add(new URL(worker.url()).pathname));
    context.on('request', (request) => {
      const path = new URL(request.url()).pathname;
      if (!path.endsWith('.js')) return;
      // A worker's own imports carry its script as referer.
      const referer = new URL(request.headers()['referer'] || relay.url).pathname;
      (/\.worker[.-]|\/workers\//.test(path) || workerRoots.has(referer) ? workerScripts : pageScripts).add(path);
    });
    await page.reload();
    await page.getByText('Ana Lima').first().waitFor();
    return { pageScripts: [...pageScripts], workerScripts: [...workerScripts] };
  } finally {
    await browser.close();
    await relay.stop();
    await folder.remove();
  }
}
