/**
 * `npm run bench -- --json FILE [--only import|relay|fold|resolve|audience|app|join|reconnect]`: prints the comparison table and
 * writes flat figures.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchApp } from './app.bench.ts';
import { benchAudience } from './audience.bench.ts';
import { benchFold } from './fold.bench.ts';
import { benchImport } from './import.bench.ts';
import { benchJoin, benchReconnect } from './join.bench.ts';
import { benchRelay } from './relay.bench.ts';
import { benchResolve } from './resolve.bench.ts';

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const BENCHES = {
  import: benchImport,
  relay: benchRelay,
  fold: benchFold,
  resolve: benchResolve,
  audience: benchAudience,
  app: benchApp,
  join: benchJoin,
  reconnect: benchReconnect,
};

/** Name, bound, and which side of it is good. */
const BOUNDS: Readonly<Record<string, readonly ['≤' | '≥', number]>> = {
  'import.csv.100k.ratio': ['≥', 8],
  'relay.intake.100k.seconds': ['≤', 3],
  'relay.dispatch.per_second': ['≥', 5_000],
  'relay.rss_mb': ['≤', 300],
  'fold.1m.seconds': ['≤', 4],
  'resolve.1m.seconds': ['≤', 10],
  'resolve.1m.rss_mb': ['≤', 600],
  'import.csv.1m.seconds': ['≤', 8],
  'import.csv.1m.ratio': ['≥', 20],
  'import.csv.1m.longest_task_ms': ['≤', 50],
  'import.csv.1m.peak_mb': ['≤', 700],
  'import.xlsx.50k.seconds': ['≤', 3],
  'open.1m.first_rows_seconds': ['≤', 1],
  'open.1m.searchable_seconds': ['≤', 4],
  'scroll.1m.slow_frames_percent': ['≤', 5],
  'memory.1m.mb': ['≤', 400],
  'storage.1m.bytes_per_contact': ['≤', 35],
  'edit.1m.p95_ms': ['≤', 20],
  'search.1m.p95_ms': ['≤', 50],
  'filter_sort.1m.p95_ms': ['≤', 150],
  'join.1m.seconds': ['≤', 15],
  'join.1m.mb': ['≤', 35],
  'reconnect.idle.bytes': ['≤', 2_000],
};

const figures: Record<string, number> = {};
for (const [name, bench] of Object.entries(BENCHES)) {
  if (values.only !== undefined && values.only !== name) continue;
  Object.assign(figures, await bench());
}
console.log(`Node ${process.version}, ${String(cpus().length)} cores\n`);
console.log('| figure | value | bound |\n|---|---|---|');
for (const [name, value] of Object.entries(figures)) {
  const bound = BOUNDS[name];
  console.log(`| ${name} | ${format(value)} | ${bound === undefined ? '' : `${bound[0]} ${String(bound[1])}`} |`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
