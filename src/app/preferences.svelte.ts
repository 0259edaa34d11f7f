/**
 * What one person likes on one device: theme, language, single-key shortcuts, columns of the contacts' table. Kept beside the data, not in it, so that
 * they hold before a workspace is open and survive its wipe. No personal data here. Other tabs follow.
 */
import { layoutToJson, parseLayout, type TableLayout } from '#domain/table-layout';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences<Language extends string> {
  /** Reactive. */
  readonly theme: Theme;
  readonly language: Language;
  /** Whether letters alone are shortcuts; some people speak to their computer, which types letters (WCAG 2.1.4). */
  readonly singleKeys: boolean;
  /** Undefined while nobody chose columns. */
  readonly tableLayout: TableLayout | undefined;
  readonly setTheme: (theme: Theme) => void;
  readonly setLanguage: (language: Language) => void;
  readonly setSingleKeys: (on: boolean) => void;
  readonly setTableLayout: (layout: TableLayout | undefined) => void;
}

/** Where the language is kept and read; handed in, since only pages know the messages. */
export interface LanguagePort<Language extends string> {
  readonly read: () => Language;
  readonly write: (language: Language) => void;
  /** The key under which `write` keeps it in the browser's storage. */
  readonly storageKey: string;
}

/** `static/theme.js` reads the same key before the first paint. */
const THEME_KEY = 'fieldcast.theme';
const KEYS_KEY = 'fieldcast.singleKeys';
const COLUMNS_KEY = 'fieldcast.columns';

export function createPreferences<Language extends string>(
  languages: LanguagePort<Language>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): Preferences<Language> {
  const atFirst = { theme: readTheme(storage), language: languages.read() };
  let theme = $state<Theme>(atFirst.theme);
  let language = $state<Language>(atFirst.language);
  let singleKeys = $state(read(storage, KEYS_KEY) !== 'off');
  let tableLayout = $state.raw(parseLayout(read(storage, COLUMNS_KEY) ?? ''));

  window.addEventListener('storage', (event) => {
    if (event.key === THEME_KEY) showTheme((theme = readTheme(storage)));
    if (event.key === KEYS_KEY) singleKeys = event.newValue !== 'off';
    if (event.key === COLUMNS_KEY) tableLayout = parseLayout(event.newValue ?? '');
    if (event.key === languages.storageKey) showLanguage((language = languages.read()));
  });
  showTheme(atFirst.theme);
  showLanguage(atFirst.language);

  return {
    get theme() {
      return theme;
    },
    get language() {
      return language;
    },
    get singleKeys() {
      return singleKeys;
    },
    get tableLayout() {
      return tableLayout;
    },
    setTheme(next) {
      theme = next;
      write(storage, THEME_KEY, next);
      showTheme(next);
    },
    setLanguage(next) {
      languages.write(next);
      language = next;
      showLanguage(next);
    },
    setSingleKeys(on) {
      singleKeys = on;
      write(storage, KEYS_KEY, on ? 'on' : 'off');
    },
    setTableLayout(next) {
      tableLayout = next;
      write(storage, COLUMNS_KEY, next ? layoutToJson(next) : '');
    },
  };
}

function readTheme(storage: Pick<Storage, 'getItem'>): Theme {
  const kept = read(storage, THEME_KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

/** The bar above the page (phones) takes the ground's colour, by the choice made or by the system. */
function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const side = theme === 'system' ? meta.dataset['side'] : theme;
    meta.content = side === 'dark' ? '#131211' : '#fdfdfc';
  }
}

function showLanguage(language: string): void {
  document.documentElement.lang = language;
}

/** A browser that refuses storage throws here too; then the choice holds for this visit. */
function read(storage: Pick<Storage, 'getItem'>, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage: Pick<Storage, 'setItem'>, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Holds for this visit.
  }
}
