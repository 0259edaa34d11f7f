/** The pages of the bar, in its order. */
import BookUser from '@lucide/svelte/icons/book-user';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Users from '@lucide/svelte/icons/users';
import { m } from '#messages';
import type { Icon } from '#ui/icon';

export interface NavPage {
  readonly href: string;
  readonly label: () => string;
  readonly icon: Icon;
  /** The second key after `g`. */
  readonly key: string;
}

export const PAGES: readonly NavPage[] = [
  { href: '/contacts', label: m.shell_contacts, icon: BookUser, key: 'c' },
  { href: '/groups', label: m.shell_groups, icon: Users, key: 'g' },
  { href: '/messages', label: m.shell_messages, icon: Send, key: 'm' },
  { href: '/settings', label: m.shell_settings, icon: Settings, key: 's' },
];

/** An import belongs to contacts. */
export function isAt(page: NavPage, pathname: string): boolean {
  if (page.href === '/contacts' && pathname.startsWith('/import')) return true;
  return pathname === page.href || pathname.startsWith(`${page.href}/`);
}
