/**
 * Short notes at the foot of the page, with Undo where something can be taken back. Shown by `ToastRegion`;
 * pages reach them by context. Time runs only while nobody points at or focuses one.
 */
import { getContext, setContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

export const TOAST_MS = 10_000;

export interface ToastAction {
  /** Absent: the word for Undo. */
  readonly label?: string;
  readonly act: () => void | Promise<void>;
}

export interface ToastRequest {
  readonly text: string;
  readonly undo?: ToastAction['act'];
  readonly action?: ToastAction;
  readonly kind?: 'plain' | 'bad';
  /** Stays until it is answered or dismissed. */
  readonly stay?: true;
}

export interface Toast extends ToastRequest {
  readonly id: number;
}

export interface Toasts {
  readonly list: ReadonlyMap<number, Toast>;
  /** Answers how to take the note away early. */
  readonly show: (toast: ToastRequest) => () => void;
  readonly dismiss: (id: number) => void;
}

export function createToasts(): Toasts {
  const list = new SvelteMap<number, Toast>();
  let lastId = 0;
  return {
    list,
    show(toast) {
      const id = ++lastId;
      list.set(id, { ...toast, id });
      // More than three at once are not read; the oldest that may go, goes.
      const passing = [...list.values()].filter((each) => !each.stay);
      if (passing.length > 3 && passing[0]) list.delete(passing[0].id);
      return () => list.delete(id);
    },
    dismiss: (id) => list.delete(id),
  };
}

const TOASTS = Symbol('toasts');

export const setToasts = (toasts: Toasts): Toasts => setContext(TOASTS, toasts);
export const getToasts = (): Toasts => getContext<Toasts>(TOASTS);
