// What the built app is made of, as one hash: builds of one tree have one version, and a changed source another.
// Plain JavaScript without libraries: it runs on Node 20 with nothing installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const BUILT_FROM = [
  'src',
  'workers',
  'static',
  'messages',
  'project.inlang/settings.json',
  'scripts/vite-offline.ts',
  'svelte.config.js',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
];
/** The relay runs from its sources; the words are made from `messages`. */
const NOT_BUILT_FROM = ['src/relay', 'src/paraglide'];

export const hashOfApp = () => hashOf(BUILT_FROM, NOT_BUILT_FROM);

/** Over names and contents, not times: a checkout or a clone changes those without changing anything. */
export function hashOf(paths, without = []) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((path) => filesOf(join(ROOT, path), without)).sort()) {
    hash.update(`${nameOf(path)}\0`).update(createHash('sha256').update(readFileSync(path)).digest());
  }
  return hash.digest('hex');
}

const nameOf = (path) => relative(ROOT, path).replaceAll('\\', '/');

function filesOf(path, without) {
  if (!existsSync(path) || without.includes(nameOf(path))) return [];
  let entries;
  try {
    entries = readdirSync(path);
  } catch (problem) {
    if (problem.code === 'ENOTDIR') return [path];
    throw problem;
  }
  return entries.flatMap((name) => filesOf(join(path, name), without));
}
