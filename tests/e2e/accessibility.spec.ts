/** axe on every route, in both themes and both languages, wide and narrow, with contacts on the device. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { claimRelay, importFile } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ROUTES = [
  '/contacts',
  '/contacts/duplicates',
  '/import',
  '/import/past',
  '/waiting',
  '/groups',
  '/groups/0000000000000000',
  '/messages',
  '/messages/new',
  '/settings',
  '/settings/general',
  '/settings/characteristics',
  '/settings/channels',
  '/settings/channels/new',
  '/settings/device',
  '/settings/relay',
  '/claim',
  '/sign-in',
];

// axe is injected, which the policy rightly refuses to anybody else.
test.use({ bypassCSP: true, serviceWorkers: 'block' });

for (const locale of ['en', 'zh-CN'] as const)
  test(`[APP-3] axe finds nothing serious on any route, ${locale}`, async ({ page, relay, folder }) => {
    test.setTimeout(240_000);
    await page.goto('/contacts');
    await claimRelay(page, relay.claimToken ?? '');
    const list = join(folder, 'list.csv');
    await writeFile(list, 'Name,Phone,Email\nAna Lima,+8613800138000,ana@example.com\n张伟,+8613800138001,\n');
    await importFile(page, list, { group: 'Fair' });
    await page.evaluate((chosen) => localStorage.setItem('PARAGLIDE_LOCALE', chosen), locale);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize(scheme === 'light' ? { width: 1440, height: 900 } : { width: 390, height: 844 });
      await page.goto('/settings/general');
      await page.getByRole('main').waitFor();
      await page.addScriptTag({ content: AXE });
      for (const route of ROUTES) {
        await follow(page, route);
        await page.getByRole('main').waitFor();
        await page.waitForTimeout(400);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale);
        expect((await luminance(page)) > 0.5).toBe(scheme === 'light');
        expect(await violations(page), `${route} ${scheme} ${locale}`).toEqual([]);
      }
    }
  });

/** As by a link in the page: sixty pages from the network would cost a minute and show the same. */
async function follow(page: Page, route: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement('a');
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }, route);
  await page.waitForURL(`**${route}`);
}

/** Of the page's ground, from 0 (black) to 1. */
function luminance(page: Page): Promise<number> {
  return page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / (3 * 255);
  });
}

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    interface Found {
      id: string;
      impact: string;
      nodes: { target: string[]; failureSummary: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Found[] }> } };
    const found = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // Else it works out a selector for everything that is right.
      resultTypes: ['violations'],
    });
    return found.violations
      .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary}`),
      );
  });
}
