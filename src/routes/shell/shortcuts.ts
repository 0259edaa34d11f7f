/** Keys that work anywhere: ⌘K or Ctrl K, `?`, and `g` then a letter. Never while someone writes or a dialog is open. */
import { PAGES } from './nav.ts';

export interface ShortcutActs {
  readonly onFind: () => void;
  readonly onKeys: () => void;
  readonly onGo: (href: string) => void;
  /** Whether keys without a modifier are on. */
  readonly singleKeys: () => boolean;
}

/** Longer than this after `g`, and the second key is a key by itself. */
const SEQUENCE_MS = 1_500;

export function createShortcuts(acts: ShortcutActs, now: () => number): (event: KeyboardEvent) => void {
  let goAt = -Infinity;

  return (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      acts.onFind();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (!acts.singleKeys() || isWriting(event.target) || document.querySelector('.dialog-box, [role="menu"]')) return;
    const goes = now() - goAt < SEQUENCE_MS;
    goAt = -Infinity;
    const page = goes ? PAGES.find((each) => each.key === event.key) : undefined;
    if (page) acts.onGo(page.href);
    else if (event.key === 'g') goAt = now();
    else if (event.key === '?') acts.onKeys();
    else return;
    event.preventDefault();
  };
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
