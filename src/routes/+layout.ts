import { beginAudience } from '#app/workers';

// The app decides everything in the browser: one static page, no server rendering.
export const ssr = false;
export const prerender = false;

/** Runs while the page's own parts are still on their way: the worker of the first rows loads beside them. */
export const load = () => ({ audience: beginAudience() });
