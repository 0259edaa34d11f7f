/**
 * Two gaps between Kit, Vite and what the app promises, closed while building: everything a worker loads later must be
 * on the device too, and the page must hold no inline style, which the content security policy refuses.
 */
import type { Plugin } from 'vite';

/**
 * Vite's manifest names a worker's entry, not the chunks it loads on demand (the workbook parser). The service worker
 * keeps what the manifest names, so without them an Excel file could not be imported offline.
 */
export function listWorkerChunks(): Plugin {
  return {
    name: 'fieldcast:list-worker-chunks',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const manifest = bundle['.vite/manifest.json'];
        if (manifest?.type !== 'asset') return;
        const entries = JSON.parse(String(manifest.source)) as Record<string, { readonly file: string }>;
        const chunks = Object.keys(bundle).filter((name) => /\/workers\/.+\.js$/.test(name));
        for (const file of chunks) entries[`worker:${file}`] ??= { file };
        manifest.source = JSON.stringify(entries, undefined, 2);
      },
    },
  };
}

/** Kit's announcer of page changes is hidden by a `style` attribute; the same is a class of `base.css`. */
export function styleAnnouncerByClass(): Plugin {
  return {
    name: 'fieldcast:style-announcer-by-class',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/generated/root.svelte')) return undefined;
      return {
        code: code.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1 class="visually-hidden"'),
        map: null,
      };
    },
  };
}
