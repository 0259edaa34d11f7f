/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
/**
 * Keeps the whole app on the device, so that every page starts without a network, and as fast with a slow one.
 * It sends nothing: the outbox is the app's, in the database.
 */
import { build, files, prerendered, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

const worker = self as unknown as ServiceWorkerGlobalScope;

/** The one page that stands for all routes. Its scripts' names change with every build, and so does `version`. */
const PAGE = '/';
const SERVED_BY_RELAY = [/^\/api\//, /^\/callbacks\//, /^\/healthz$/, /^\/metrics$/];

cleanupOutdatedCaches();
precacheAndRoute(
  [
    // Their names hold the hash of what is in them.
    ...build.map((url) => ({ url, revision: null })),
    // Screenshots are for the browser's install dialog alone.
    ...files.filter((url) => !url.startsWith('/screenshots/')).map((url) => ({ url, revision: version })),
    ...[PAGE, ...prerendered].map((url) => ({ url, revision: version })),
  ],
  { cleanURLs: false },
);
// The cached answer keeps its headers, the content security policy among them.
registerRoute(new NavigationRoute(createHandlerBoundToURL(PAGE), { denylist: SERVED_BY_RELAY }));

worker.addEventListener('message', (event: ExtendableMessageEvent) => {
  // Only on the user's word: a new version must not replace the old one in the middle of work.
  if ((event.data as { readonly type?: string } | null)?.type === 'SKIP_WAITING') void worker.skipWaiting();
});
// Only the first version takes over open pages by this; later ones are let in one by one.
worker.addEventListener('activate', (event: ExtendableEvent) => event.waitUntil(worker.clients.claim()));
