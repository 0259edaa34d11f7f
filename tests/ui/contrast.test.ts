/** Contrast of the tokens in both themes (WCAG 2.2, 1.4.3 and 1.4.11), computed from the file that the app ships. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const FILE = resolve(import.meta.dirname, '../../src/ui/styles/tokens.css');
const tokens = new Map(
  [...readFileSync(FILE, 'utf8').matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [
    name,
    value.trim(),
  ]),
);
type Side = 'light' | 'dark';

const GROUNDS = [
  'surface-page',
  'surface-side',
  'surface-raised',
  'surface-hover',
  'surface-active',
  'surface-sunken',
  'surface-selected',
];
const TEXT_ON_GROUND: readonly (readonly [string, readonly string[]])[] = [
  ['text', GROUNDS],
  ['text-soft', GROUNDS],
  [
    'accent-text',
    ['surface-page', 'surface-raised', 'surface-hover', 'surface-selected', 'accent-soft', 'surface-active'],
  ],
  ['on-accent', ['accent', 'accent-hover']],
  ['on-bad', ['bad-solid']],
  ['wait-text', ['wait-soft', 'surface-page', 'surface-raised']],
  ['bad-text', ['bad-soft', 'surface-page', 'surface-raised', 'surface-hover', 'surface-active']],
  ['member-text', ['member-soft', 'surface-page', 'surface-raised']],
];
const MARK_ON_GROUND: readonly (readonly [string, readonly string[]])[] = [
  ['line-control', ['surface-page', 'surface-raised']],
  ['accent', ['surface-page', 'surface-raised', 'surface-active']],
  ['focus', GROUNDS],
  ['wait-mark', ['surface-page', 'surface-side', 'surface-raised']],
  ['bad-mark', ['surface-page', 'surface-raised']],
  ['member-mark', ['surface-page', 'surface-raised']],
];

describe.each(['light', 'dark'] as const)('the tokens in %s', (side) => {
  it('[APP-3] text has 4.5 to 1 on every ground it stands on', () => {
    expect(tooWeak(TEXT_ON_GROUND, 4.5, side)).toEqual([]);
  });

  it('[APP-3] controls, marks and the focus have 3 to 1', () => {
    expect(tooWeak(MARK_ON_GROUND, 3, side)).toEqual([]);
  });
});

function tooWeak(
  pairs: readonly (readonly [string, readonly string[]])[],
  least: number,
  side: Side,
): readonly string[] {
  return pairs.flatMap(([front, backs]) =>
    backs
      .map((back) => ({ back, ratio: ratio(luminance(front, side), luminance(back, side)) }))
      .filter((pair) => pair.ratio < least)
      .map((pair) => `${front} on ${pair.back}: ${pair.ratio.toFixed(2)}`),
  );
}

function ratio(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** Follows `var()` and `light-dark()` to an OKLCH colour. */
function luminance(token: string, side: Side): number {
  const value = tokens.get(token);
  if (value === undefined) throw new Error(`no token ${token}`);
  const alias = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
  if (alias !== undefined) return luminance(alias, side);
  const sides = [...value.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  const [, lightness, chroma, hue] = (side === 'light' ? sides[0] : sides[1]) ?? [];
  return luminanceOfOklch(Number(lightness), Number(chroma), Number(hue) || 0);
}

/** Björn Ottosson's matrices (OKLab to linear sRGB), clipped to the gamut; luminance as in WCAG 2.2. */
function luminanceOfOklch(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
