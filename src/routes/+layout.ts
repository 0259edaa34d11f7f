// The app decides everything in the browser: one static page, no server rendering.
export const ssr = false;
export const prerender = false;
