/** What the parts of the app share once the workspace is open: its row, its stores, its workers, its other tabs. */
import type { WorkspaceRow } from '#storage/types';
import type { Stores } from './stores.ts';
import type { TabOwner } from './tab-owner.ts';
import type { Tabs } from './tabs.ts';
import type { Workers } from './workers.ts';

export interface Opened {
  readonly workspace: WorkspaceRow;
  readonly stores: Stores;
  readonly workers: Workers;
  readonly tabs: Tabs;
  readonly owner: TabOwner;
}
