/** Names that all parts of a simulated workspace share. */
import type { DeviceId, GroupId } from '#domain/ids';
import { ids } from '#tests/builders/entries';

export const RELAY = 'relay' as DeviceId;
/** Before any device is made, 1970 aside. */
export const BEGIN_MS = Date.UTC(2026, 0, 5, 8);
export const GROUPS: readonly GroupId[] = Array.from({ length: 8 }, (_, at) => ids.groupId(`group ${String(at)}`, 0));
