/** Acts on several contacts that ask for nothing more: what each writes, and how it is said. */
import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Trash from '@lucide/svelte/icons/trash-2';
import type { App } from '#app/types';
import type { BulkAct, Chosen } from '#app/worker-types';
import { m } from '#messages';
import type { Icon } from '#ui/icon';
import type { Toasts } from '#ui/toasts';
import { actOnAll } from './bulk.ts';
import { failureWord } from './words.ts';

export interface PlainAct {
  readonly label: () => string;
  readonly icon: Icon;
  readonly act: Partial<BulkAct>;
  readonly done: (inputs: { count: number }) => string;
  readonly isDanger?: boolean;
}

export const PLAIN_ACTS: readonly PlainAct[] = [
  {
    ...{ label: m.contact_activate, icon: CircleCheck, act: { cells: { status: 'active' } } },
    done: m.contacts_bulk_activated,
  },
  {
    ...{ label: m.contact_deactivate, icon: CirclePause, act: { cells: { status: 'inactive' } } },
    done: m.contacts_bulk_deactivated,
  },
  { label: m.contact_block, icon: Ban, act: { cells: { blocked: 'yes' } }, done: m.contacts_bulk_blocked },
  { label: m.contact_unblock, icon: ShieldCheck, act: { cells: { blocked: 'no' } }, done: m.contacts_bulk_unblocked },
  {
    ...{ label: m.contacts_bulk_delete, icon: Trash, isDanger: true, done: m.contacts_bulk_deleted },
    act: { cells: { deleted: 'yes' }, leaves: 'others' },
  },
];

/** In the bin there is one way: out of it. */
export const BIN_ACTS: readonly PlainAct[] = [
  { label: m.contact_restore, icon: RotateCcw, act: { cells: { deleted: '' } }, done: m.contacts_bulk_restored },
];

export async function doPlainAct(
  { contacts }: Pick<App, 'contacts'>,
  toasts: Toasts,
  chosen: Chosen,
  { act, done }: PlainAct,
): Promise<'done' | 'not'> {
  try {
    const result = await actOnAll(contacts, chosen, act);
    toasts.show(
      result.kind === 'done'
        ? { text: done({ count: result.count }), undo: result.undo }
        : { text: m.contacts_bulk_unchanged() },
    );
    return 'done';
  } catch (error) {
    toasts.show({ text: failureWord(error), kind: 'bad' });
    return 'not';
  }
}
