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

/**
 * Markup that is not ours with a `style` attribute: Kit's announcer of page changes, and the wrappers of the palette's
 * lines. The policy refuses such attributes; `base.css` has a class for each.
 */
const INLINE_STYLES: readonly { readonly file: RegExp; readonly style: RegExp; readonly className: string }[] = [
  { file: /\/generated\/root\.svelte$/, style: / style="position: absolute;[^"]*"/g, className: 'visually-hidden' },
  { file: /\/bits-ui\/.+\.svelte$/, style: / style="display: contents;"/g, className: 'no-box' },
];

export function styleByClass(): Plugin {
  return {
    name: 'fieldcast:style-by-class',
    enforce: 'pre',
    transform(code, id) {
      const found = INLINE_STYLES.find(({ file }) => file.test(id));
      const changed = found && code.replaceAll(found.style, ` class="${found.className}"`);
      return changed === undefined || changed === code ? undefined : { code: changed, map: null };
    },
  };
}
