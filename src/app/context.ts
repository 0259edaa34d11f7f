/** Hands the app to pages by Svelte's context: no module global, so that two apps (tests) never meet. */
import { getContext, setContext } from 'svelte';
import type { App } from './types.ts';

const APP = Symbol('app');

export const setApp = (app: App): App => setContext(APP, app);
export const getApp = (): App => getContext<App>(APP);
