import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { listWorkerChunks, styleByClass } from './scripts/vite-offline.ts';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    styleByClass(),
    sveltekit(),
    listWorkerChunks(),
  ],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Icons of some 300 bytes each: a request for each costs more than all of them weigh.
            { name: 'icons', test: /@lucide\/svelte\/dist\/icons/ },
            // What ten parts share is on nearly every page: a chunk for each such word or button, and its name in every
            // list of what a part needs, come to 4 kB until the first rows stand.
            // Scopes are of pages that open later.
            { name: 'shared', test: /src.(ui|domain|app|routes|paraglide).(?!.*scope)/, minShareCount: 10 },
          ],
        },
      },
    },
  },
  // Kit serves only its own folders in development; Vite merges this list with Kit's.
  server: {
    fs: { allow: ['workers'] },
    proxy: { '/api': { target: 'http://localhost:8080', ws: true }, '/callbacks': 'http://localhost:8080' },
  },
});
