/** A device that has room for so many times a list and no more, and from some moment on for all of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openBrowser } from './browser.ts';
import { mulberry32 } from './csv.ts';
import { addContact } from './pages.ts';

/** In the list; the device has one contact besides. */
export const SMALL_DEVICE_PEOPLE = 40_000;

export interface SmallDevice {
  readonly page: Page;
  readonly list: string;
  /** From now on there is room. */
  readonly lift: () => Promise<void>;
}

/**
 * The app in use, with one contact. A profile on the disk, since Chromium counts in memory otherwise; opened anew, since
 * it goes by the room that it found for half a minute.
 */
export async function openSmallDevice(origin: string, folder: string, lists: number): Promise<SmallDevice> {
  const bytes = buildList();
  const list = join(folder, 'customers.csv');
  await writeFile(list, bytes);
  const profile = join(folder, 'profile');
  const before = await openBrowser(profile);
  await before.page.goto(`${origin}/contacts`);
  await addContact(before.page, { name: 'Ana Lima', phone: '+5511987654321' });
  await before.close();

  const { page } = await openBrowser(profile);
  await page.goto(`${origin}/healthz`);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const session = await page.context().newCDPSession(page);
  const quotaSize = used + Math.round(bytes.length * lists);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await page.goto(`${origin}/contacts`);
  return { page, list, lift: async () => void (await session.send('Storage.overrideQuotaForOrigin', { origin })) };
}

/** Names that no compression makes smaller: what is read from the list takes two thirds of the room that the list takes. */
function buildList(): Buffer {
  const random = mulberry32(12);
  const noise = () => Array.from({ length: 24 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('');
  const rows = Array.from(
    { length: SMALL_DEVICE_PEOPLE },
    (_, at) => `${noise()},+86138${String(at).padStart(8, '0')}`,
  );
  return Buffer.from(`Name,Phone\n${rows.join('\n')}\n`);
}
