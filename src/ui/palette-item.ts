/** One line of the palette, and the lines under one heading. */
import type { Icon } from './icon.ts';

export interface PaletteItem {
  readonly key: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: Icon | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly onSelect: () => void;
}
export interface PaletteSection {
  readonly heading: string;
  readonly items: readonly PaletteItem[];
}
