/**
 * Playwright's test with a relay, a bad line before it, and stand-ins, each fresh for every test; and one for what the app
 * does alone, where a relay that nobody claims serves the pages of them all.
 */
import { test as base } from '@playwright/test';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startRelay, temporaryFolder, type RelayProcess } from './relay-process.ts';

interface Fixtures {
  readonly folder: string;
  /** The origin that the browser opens; the relay is behind it. */
  readonly line: FaultProxy;
  readonly relay: RelayProcess;
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = await temporaryFolder('spec');
    await use(folder.path);
    await folder.remove();
  },
  line: async ({}, use) => {
    const line = await startFaultProxy('http://127.0.0.1:1');
    await use(line);
    await line.close();
  },
  relay: async ({ folder, line }, use, info) => {
    const relay = await startRelay({ data: `${folder}/data`, env: { FIELDCAST_URL: line.url } });
    line.pointTo(relay.url);
    await use(relay);
    // Its log has no personal data, so a failure may show it.
    if (info.status !== info.expectedStatus) console.log(relay.output());
    await relay.stop();
  },
  // Every page of a spec is in English unless the spec says otherwise, and lies behind the line.
  locale: 'en-GB',
  baseURL: async ({ line }, use) => use(line.url),
});

/**
 * For what the app does alone: its origin and storage are fresh, its relay is only where the files come from. Without a
 * service worker, which keeps all of the app's files at every first visit; what it is for, other specs look at.
 */
export const aloneTest = test.extend<Fixtures, { readonly house: RelayProcess }>({
  house: [
    async ({}, use) => {
      const folder = await temporaryFolder('house');
      const house = await startRelay({ data: `${folder.path}/data` });
      await use(house);
      await house.stop();
      await folder.remove();
    },
    { scope: 'worker' },
  ],
  relay: async ({ house, line }, use) => {
    line.pointTo(house.url);
    await use(house);
  },
  serviceWorkers: 'block',
});

export { expect } from '@playwright/test';
