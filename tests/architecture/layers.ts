/**
 * Who may know whom: the rule, its documentation and its test (`layers.test.ts`).
 * In words: domain knows nobody; ui knows domain; browser and relay meet in protocol, log and audience; app wires;
 * only routes import app.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  protocol: ['domain', 'log'],
  log: ['domain'],
  audience: ['domain', 'log'],
  import: ['domain', 'log'],
  // What is written is what the import reads back.
  export: ['domain', 'import'],
  storage: ['domain', 'log', 'import'],
  sync: ['domain', 'log', 'protocol', 'storage'],
  documents: ['domain', 'log', 'protocol'],
  send: ['domain', 'log', 'protocol', 'storage', 'sync'],
  // The file that a workspace is saved to: a format beside block and protocol, which knows the rows that it carries.
  backup: ['domain', 'import', 'log', 'protocol', 'storage'],
  app: ['domain', 'protocol', 'log', 'audience', 'import', 'export', 'storage', 'sync', 'documents', 'send', 'backup'],
  ui: ['domain'],
  routes: ['app', 'ui', 'domain', 'audience', 'import', 'export'],
  relay: ['domain', 'protocol', 'log', 'audience'],
  workers: ['app'],
};

/** Which folder may know which library; a library not named here is refused everywhere in `src` and `workers`. */
export const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  dexie: ['storage'],
  yjs: ['documents', 'relay/documents'],
  'y-indexeddb': ['documents'],
  '@hocuspocus/provider': ['documents'],
  '@hocuspocus/server': ['relay/documents'],
  crossws: ['relay/documents'],
  lib0: ['documents', 'relay/documents'],
  comlink: ['app', 'workers'],
  papaparse: ['import', 'export'],
  xlsx: ['import'],
  fflate: ['import', 'export'],
  'libphonenumber-js': ['import'],
  valibot: ['protocol', 'relay', 'backup'],
  svelte: ['app', 'routes', 'ui'],
  'bits-ui': ['ui'],
  uqr: ['ui'],
  '@lucide/svelte': ['ui', 'routes'],
  'workbox-window': ['app'],
  'workbox-precaching': ['workers'],
  'workbox-routing': ['workers'],
  'better-sqlite3': ['relay/store', 'relay/documents'],
  hono: ['relay'],
  '@hono/node-server': ['relay'],
  undici: ['relay'],
  nodemailer: ['relay/providers'],
  pino: ['relay'],
  'prom-client': ['relay'],
  $app: ['routes', 'app'],
  '$service-worker': ['workers'],
  node: ['relay'],
};

/** Pure folders: time, randomness and the network are handed in. */
export const PURE = ['domain', 'log', 'audience', 'import', 'export', 'send', 'backup'] as const;
