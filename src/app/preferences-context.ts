/** Hands preferences and the browser's offer to install to pages by context, like the app itself (`context.ts`). */
import { getContext, setContext } from 'svelte';
import type { Install } from './install.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/** The languages the interface speaks, each by its own name. */
export const LANGUAGE_NAMES = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof LANGUAGE_NAMES;

const PREFERENCES = Symbol('preferences');

export const setPreferences = (preferences: Preferences<Language>): Preferences<Language> =>
  setContext(PREFERENCES, preferences);
export const getPreferences = (): Preferences<Language> => getContext<Preferences<Language>>(PREFERENCES);

const INSTALL = Symbol('install');

export const setInstall = (install: Install): Install => setContext(INSTALL, install);
export const getInstall = (): Install => getContext<Install>(INSTALL);
