/** What a dialog is given; shared by the light component that pages use and the box it loads. */
import type { Snippet } from 'svelte';

export interface DialogProps {
  open?: boolean;
  title: string;
  description?: string | undefined;
  /** `sheet` stands at the right edge over the whole height (a panel's look); `alert` is left only by its buttons. */
  kind?: 'dialog' | 'alert' | 'sheet';
  size?: 'small' | 'medium' | 'large';
  children?: Snippet | undefined;
  /** Buttons, the main one last. */
  actions?: Snippet | undefined;
  /** After it closed, however that came. */
  onClose?: (() => void) | undefined;
}
