/**
 * Draws `static/icons` from one mark: `node scripts/make-icons.ts`. Run by hand when the mark changes; the files are kept
 * in the repository, since a build must not need a browser.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.mjs';

const FOLDER = resolve(import.meta.dirname, '../static/icons');
/** `--accent` of `src/ui/styles/tokens.css` in light, as sRGB: icons stand outside the page, where no token reaches. */
const GREEN = '#00705a';
const PAPER = '#fbfffd';

/** On a grid of 24, as in `src/routes/shell/Mark.svelte`. */
const mark = (ink: string): string =>
  `<path d="M8 18.2V6.6h8.6M8 12.4h4.2" fill="none" stroke="${ink}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/><circle cx="16.4" cy="12.4" r="1.7" fill="${ink}"/>`;

/** A shortcut's sign, lucide's strokes on the same grid. */
const sign = (paths: string): string =>
  `<g fill="none" stroke="${GREEN}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</g>`;

const svg = (inside: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${inside}</svg>`;
const rounded = svg(`<rect width="24" height="24" rx="5.4" fill="${GREEN}"/>${mark(PAPER)}`);
/** Maskable icons are cut to any shape: the mark keeps within the middle 80 % (W3C manifest, safe zone). */
const full = svg(
  `<rect width="24" height="24" fill="${GREEN}"/><g transform="translate(12 12) scale(.78) translate(-12 -12)">${mark(PAPER)}</g>`,
);
const onPaper = (paths: string): string =>
  svg(
    `<circle cx="12" cy="12" r="12" fill="${PAPER}"/><g transform="translate(12 12) scale(.58) translate(-12 -12)">${sign(paths)}</g>`,
  );

const IMAGES: readonly { readonly name: string; readonly size: number; readonly image: string }[] = [
  { name: 'icon-192', size: 192, image: rounded },
  { name: 'icon-512', size: 512, image: rounded },
  { name: 'maskable-192', size: 192, image: full },
  { name: 'maskable-512', size: 512, image: full },
  { name: 'apple-touch-icon', size: 180, image: full },
  {
    name: 'monochrome-512',
    size: 512,
    image: svg(`<g transform="translate(12 12) scale(.9) translate(-12 -12)">${mark('#000')}</g>`),
  },
  {
    name: 'shortcut-add',
    size: 96,
    image: onPaper(
      '<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2"/><circle cx="9" cy="7" r="4"/><path d="M19 8v6M22 11h-6"/>',
    ),
  },
  {
    name: 'shortcut-import',
    size: 96,
    image: onPaper('<path d="M12 3v12M17 8l-5-5-5 5M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/>'),
  },
  {
    name: 'shortcut-message',
    size: 96,
    image: onPaper(
      '<path d="M13 21h8M21.17 6.81a1 1 0 0 0-3.99-3.98L3.84 16.17a2 2 0 0 0-.5.83l-1.32 4.35a.5.5 0 0 0 .62.62l4.35-1.32a2 2 0 0 0 .83-.5z"/>',
    ),
  },
];

mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}/icon.svg`, `${rounded}\n`);
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { name, size, image } of IMAGES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${image}`);
  writeFileSync(`${FOLDER}/${name}.png`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
