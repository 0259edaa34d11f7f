/**
 * `npm run size`: all JavaScript that a browser requests until the first contact rows stand, gzipped, on a fresh visit;
 * and that no string of the relay is in the browser's bundle. Run on the built app.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { measureFirstRows } from '../tests/builders/first-rows.ts';

const PAGE_LIMIT = 150_000;
const WORKER_LIMIT = 60_000;
const BUILD = resolve(import.meta.dirname, '../build');
const RELAY = resolve(import.meta.dirname, '../src/relay');

const { pageScripts, workerScripts } = await measureFirstRows();
const page = totalOf(pageScripts);
const workers = totalOf(workerScripts);
console.log(
  `JavaScript until the first contact rows: ${kilobytes(page)} of ${kilobytes(PAGE_LIMIT)} in the page, ${kilobytes(workers)} of ${kilobytes(WORKER_LIMIT)} in workers`,
);
const leaks = relayStringsInBundle();
for (const leak of leaks) console.error(`A string of the relay is in the bundle: ${leak}`);
if (page > PAGE_LIMIT || workers > WORKER_LIMIT || leaks.length > 0) process.exit(1);

function totalOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(BUILD, path)), { level: 9 }).length, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** SQL and log words are long and unlike anything the browser says; a few are enough to find a file that slipped in. */
function relayStringsInBundle(): string[] {
  const bundle = filesOf(join(BUILD, '_app'))
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const strings = filesOf(RELAY)
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [
      ...readFileSync(path, 'utf8').matchAll(/'((?:SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|FIELDCAST_)[^'\n]{6,})'/g),
    ])
    .map((match) => match[1] ?? '');
  return [...new Set(strings)].filter((text) => bundle.includes(text));
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
