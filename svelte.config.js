import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import manifest from './package.json' with { type: 'json' };
import { hashOfApp } from './scripts/app-sources.mjs';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    // One page for every route: the app decides in the browser, so it starts offline on any of them.
    adapter: adapter({ fallback: 'index.html' }),
    files: { serviceWorker: 'workers/service-worker', appTemplate: 'src/app.html' },
    // By default the time of the build, so that every build would be offered as a newer version.
    version: { name: `${manifest.version}-${hashOfApp().slice(0, 10)}` },
    // Registered by workbox-window, which tells us when a new version waits.
    serviceWorker: { register: false },
    // Paths are absolute: the one page is served for routes of any depth.
    paths: { relative: false },
    typescript: {
      config: (config) => ({
        ...config,
        include: config.include.filter((/** @type {string} */ path) => !path.includes('tests/')),
        exclude: [...config.exclude, '../src/relay/**', '../workers/**', '../tests/**', '../scripts/**'],
        // svelte-check hands TypeScript 7 components as written-out files, which it finds by `paths` but not by package.json's imports.
        compilerOptions: {
          ...config.compilerOptions,
          paths: { ...config.compilerOptions.paths, '#ui/*.svelte': ['../src/ui/*.svelte'] },
        },
      }),
    },
  },
};
