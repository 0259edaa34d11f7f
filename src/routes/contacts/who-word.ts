/** Who wrote something, as far as this device can tell. */
import type { Who } from '#app/types';
import { m } from '#messages';

export function whoWord({ kind, name }: Who): string {
  if (name === undefined) return kind === 'here' ? m.who_here() : m.who_elsewhere();
  return kind === 'here' ? m.who_here_name({ name }) : m.who_elsewhere_name({ name });
}
