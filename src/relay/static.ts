/**
 * The app's files, read into memory at start: a few megabytes, looked up by their whole path, so that no path leads
 * anywhere else and a build that runs meanwhile mixes no versions. Every page of the app is its one `index.html`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface Site {
  /** Undefined where there is no such file and the request is not for a page. */
  readonly answer: (request: Request) => Promise<Response | undefined>;
  readonly kind: 'built' | 'missing';
}

interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
  /** Compressed at the first request for it. */
  gzipped?: Promise<Uint8Array<ArrayBuffer>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const COMPRESSED_WELL = /^(text\/|application\/(json|manifest|wasm)|image\/(svg|x-icon))/;
/** Below it a packet is saved by nothing. */
const GZIP_FROM_BYTES = 1_000;
const PAGE = '/index.html';

export async function createSite(folder: string): Promise<Site> {
  const files = await readFiles(folder);
  const page = files.get(PAGE);
  const policy = appPolicy(page ? Buffer.from(page.bytes).toString('utf8') : '');

  return {
    kind: page ? 'built' : 'missing',
    async answer(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const path = pathOf(request);
      const file = files.get(path) ?? (isPage(request, path) ? page : undefined);
      return file && answerFile(request, file, policy);
    },
  };
}

/** A page is what a browser navigates to. A path with a dot, or one of the relay's own, is a file that is not there. */
function isPage(request: Request, path: string): boolean {
  if (path === '/') return true;
  const asksForPage =
    request.headers.get('sec-fetch-mode') === 'navigate' ||
    request.headers.get('accept')?.includes('text/html') === true;
  const isOwn = /^\/(api|callbacks|_app|healthz|metrics)(\/|$)/.test(path);
  return asksForPage && !isOwn && !(path.split('/').at(-1) ?? '').includes('.');
}

function pathOf(request: Request): string {
  try {
    return decodeURIComponent(new URL(request.url).pathname);
  } catch {
    return '';
  }
}

async function answerFile(request: Request, file: SiteFile, policy: string): Promise<Response> {
  const headers = new Headers({
    'content-type': file.contentType,
    'cache-control': file.cacheControl,
    'content-security-policy': policy,
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (request.headers.get('if-none-match')?.includes(file.etag)) return new Response(null, { status: 304, headers });
  const isZipped = isWorthZipping(file) && takesGzip(request.headers.get('accept-encoding') ?? '');
  if (isZipped) headers.set('content-encoding', 'gzip');
  const bytes = isZipped ? await (file.gzipped ??= zip(file.bytes)) : file.bytes;
  headers.set('content-length', String(bytes.byteLength));
  return new Response(bytes, { headers });
}

const isWorthZipping = (file: SiteFile) =>
  file.bytes.byteLength >= GZIP_FROM_BYTES && COMPRESSED_WELL.test(file.contentType);

function takesGzip(accepted: string): boolean {
  return accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(0\.\d*[1-9]\d*|1(\.0*)?)\s*)?$/i.test(coding));
}

async function zip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await promisify(gzip)(bytes, { level: 9 }));
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, SiteFile>> {
  if (!existsSync(folder)) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths
    .map((path) => ({ path, name: `/${relative(folder, path).split(sep).join('/')}` }))
    // Stamps and the like are no part of the app.
    .filter(({ name }) => !name.includes('/.'))
    .map(async ({ path, name }) => [name, toFile(name, new Uint8Array(await readFile(path)))] as const);
  return new Map(await Promise.all(files));
}

function toFile(name: string, bytes: Uint8Array<ArrayBuffer>): SiteFile {
  return {
    bytes,
    contentType: TYPES[extname(name)] ?? 'application/octet-stream',
    // Names under /_app/immutable hold a hash of the contents; all else is asked for again by its tag.
    cacheControl: name.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    // Weak: gzipped and plain bytes share it.
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  };
}

/** Scripts of our own and the page's inline ones, by their hashes; nothing from anywhere else. */
function appPolicy(page: string): string {
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(([, text = '']) => text);
  const hashes = inline.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    ['script-src', "'self'", ...hashes].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
