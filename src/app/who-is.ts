/** Whose word an entry is, as this device can tell: its own, or another's, with the member's name where it is known. */
import type { DeviceId } from '#domain/ids';
import type { Opened } from './opened.ts';
import type { Who } from './types.ts';

interface Written {
  readonly device: DeviceId;
  readonly author?: string;
}

export async function createWhoIs({ workspace, stores }: Opened): Promise<(written: Written) => Who> {
  const [member, name] = await Promise.all([stores.meta.get('member'), stores.meta.get('memberName')]);
  return ({ device, author }) => {
    const kind = device === workspace.device ? 'here' : 'elsewhere';
    // Not shared yet, it is of whoever works here.
    const isMember = author === undefined ? kind === 'here' : author === member;
    return { kind, ...(isMember && name !== undefined && { name }) };
  };
}
