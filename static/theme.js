// The theme and language chosen on this device, before the first paint. The app sets and changes both
// (src/app/preferences.svelte.ts); here they are only read.
try {
  const theme = localStorage.getItem('fieldcast.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem('PARAGLIDE_LOCALE') ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
  document.documentElement.lang = language;
} catch {
  // Storage is refused: the system's theme and the page's own language stand.
}
