/** A Chromium on a profile folder of its own, which can be killed as a crash would and opened again on what is left. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface BrowserOnProfile {
  readonly context: BrowserContext;
  readonly page: Page;
  /** SIGKILL to every process of this profile. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openBrowser(
  profile: string,
  options: { readonly locale?: string; readonly bypassCsp?: boolean } = {},
): Promise<BrowserOnProfile> {
  // What a killed Chromium leaves behind to say that it is running.
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket'])
    rmSync(join(profile, name), { force: true });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
    headless: true,
    viewport: { width: 1440, height: 900 },
    locale: options.locale ?? 'en-GB',
    bypassCSP: options.bypassCsp ?? false,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    kill: async () => {
      for (const pid of processesOf(profile)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Gone between the listing and the kill.
        }
      }
      await context.close().catch(() => undefined);
    },
    close: () => context.close(),
  };
}

function processesOf(profile: string): number[] {
  try {
    const list = execFileSync('pgrep', ['-f', `user-data-dir=${profile}`], { encoding: 'utf8' });
    return list.split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
