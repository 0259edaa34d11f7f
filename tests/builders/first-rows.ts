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
    // The page itself notes when the row stands; what is asked for later is not in its way.
    await page.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector('[role=grid]')?.textContent.includes('Ana Lima')) return;
        watch.disconnect();
        performance.mark('first-rows');
      });
      watch.observe(document, { childList: true, subtree: true, characterData: true });
    });
    await page.reload();
    await page.getByText('Ana Lima').first().waitFor();
    const paths = await page.evaluate(() => {
      const stood = performance.getEntriesByName('first-rows')[0]?.startTime ?? Infinity;
      return performance
        .getEntriesByType('resource')
        .filter((entry) => entry.startTime <= stood)
        .map((entry) => new URL(entry.name).pathname)
        .filter((path) => path.endsWith('.js'));
    });
    const isWorker = (path: string) => path.includes('/workers/');
    const scripts = [...new Set(paths)];
    if (!scripts.some(isWorker)) throw new Error('no worker script was seen');
    return { pageScripts: scripts.filter((path) => !isWorker(path)), workerScripts: scripts.filter(isWorker) };
  } finally {
    await browser.close();
    await relay.stop();
    await folder.remove();
  }
}
