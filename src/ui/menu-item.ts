/** One line of a menu. */
import type { Icon } from './icon.ts';

export interface MenuAction {
  readonly label: string;
  readonly icon?: Icon;
  readonly kind?: 'plain' | 'danger';
  readonly disabled?: boolean;
  /** Ticked, where the line is a choice. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}
/** `line` separates. */
export type MenuItem = MenuAction | 'line';
