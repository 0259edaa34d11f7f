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
      // Icons of some 300 bytes each: a request for each costs more than all of them weigh.
      output: { codeSplitting: { groups: [{ name: 'icons', test: /@lucide\/svelte\/dist\/icons/ }] } },
    },
  },
  // Kit serves only its own folders in development; Vite merges this list with Kit's.
  server: {
    fs: { allow: ['workers'] },
    proxy: { '/api': { target: 'http://localhost:8080', ws: true }, '/callbacks': 'http://localhost:8080' },
  },
});
