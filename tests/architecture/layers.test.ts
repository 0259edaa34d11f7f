/** Reads every import of `src` and `workers` and holds it against `layers.ts`; also file sizes, cycles and purity. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FOLDERS, LIBRARIES, PURE } from './layers.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Source {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources = [...filesOf('src'), ...filesOf('workers')].map(readSource);
const byPath = new Map(sources.map((source) => [source.path, source]));

describe('layers', () => {
  it('[STYLE] every folder of src is in the table', () => {
    const folders = new Set(sources.map((source) => source.folder).filter((folder) => folder !== ''));
    expect([...folders].filter((folder) => !(folder in FOLDERS))).toEqual([]);
  });

  it('[STYLE] a folder imports only what the table allows', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .map((specifier) => folderOf(source, specifier))
        .filter((folder) => folder !== undefined && folder !== source.folder)
        .filter((folder) => !(FOLDERS[source.folder] ?? []).includes(folder as string))
        .map((folder) => `${source.path} → ${folder}`),
    );
    expect(wrong).toEqual([]);
  });

  it('[STYLE] a library is known only to its folders', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .map(libraryOf)
        .filter((library) => library !== undefined)
        .filter((library) => !(LIBRARIES[library] ?? []).some((folder) => isInside(source.path, folder)))
        .map((library) => `${source.path} → ${library}`),
    );
    expect(wrong).toEqual([]);
  });

  it('[STYLE] no import cycles', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const specifier of byPath.get(path)?.imports ?? []) {
        const target = fileOf(path, specifier);
        if (target !== undefined) visit(target, [...trail, path]);
      }
      done.add(path);
    };
    for (const source of sources) visit(source.path, []);
    expect(cycles).toEqual([]);
  });

  it('[STYLE] time, randomness and the network are handed to the pure folders', () => {
    const wrong = sources
      .filter((source) => (PURE as readonly string[]).includes(source.folder))
      .filter((source) => /\bDate\.now\(|\bMath\.random\(|\bfetch\(|new Date\(\)/.test(withoutComments(source.text)))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it('[STYLE] no file passes 400 lines, workers stay entry points', () => {
    const tooLong = sources
      .filter((source) => lines(source) > 400)
      .map((source) => `${source.path}: ${String(lines(source))}`);
    const heavyWorkers = sources
      .filter((source) => source.path.endsWith('.worker.ts') && lines(source) >= 40)
      .map((source) => source.path);
    expect([...tooLong, ...heavyWorkers]).toEqual([]);
  });

  it('[STYLE] no barrel, no utils, no @html', () => {
    const wrong = sources
      .filter(
        (source) =>
          /\/(index\.ts|utils?|helpers?|common|misc)(\/|\.|$)/.test(source.path) || /\{@html/.test(source.text),
      )
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.startsWith('paraglide'))
    .map((name) => `${folder}/${name}`);
}

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s*['"]([^'"]+)['"]/gm;
  const imports = [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const folder = path.startsWith('workers/')
    ? 'workers'
    : path.split('/')[2] === undefined
      ? ''
      : (path.split('/')[1] ?? '');
  return { path, folder, text, imports };
}

/** The folder of ours that a specifier reaches, or undefined for libraries. */
function folderOf(source: Source, specifier: string): string | undefined {
  if (specifier.startsWith('#')) {
    const folder = specifier.slice(1).split('/')[0] ?? '';
    return folder === 'messages' || folder === 'paraglide' ? undefined : folder;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(ROOT, resolve(ROOT, dirname(source.path), specifier)).split('/');
  return target[0] === 'src' && target.length > 2 ? target[1] : target[0] === 'workers' ? 'workers' : undefined;
}

function libraryOf(specifier: string): string | undefined {
  if (specifier.startsWith('#') || specifier.startsWith('.') || specifier.startsWith('$service-worker'))
    return specifier.startsWith('$') ? '$service-worker' : undefined;
  if (specifier.startsWith('node:')) return 'node';
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

function fileOf(from: string, specifier: string): string | undefined {
  const base = specifier.startsWith('#')
    ? `src/${specifier.slice(1)}`
    : specifier.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(from), specifier))
      : undefined;
  return base === undefined ? undefined : [base, `${base}.ts`].find((path) => byPath.has(path));
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(`src/${folder}/`) || path.startsWith(`${folder}/`);
}

function lines(source: Source): number {
  return source.text.split('\n').length;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/[^\n]*/g, '$1');
}
