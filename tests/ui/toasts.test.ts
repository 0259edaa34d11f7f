/** Notes at the foot of the page: few at once, and none that must be answered is pushed out. */
import { describe, expect, it } from 'vitest';
import { createToasts } from '#ui/toasts';

const texts = (toasts: ReturnType<typeof createToasts>) => [...toasts.list.values()].map((toast) => toast.text);

describe('toasts', () => {
  it('[APP-6] the newest three are shown', () => {
    const toasts = createToasts();
    for (const text of ['one', 'two', 'three', 'four']) toasts.show({ text });
    expect(texts(toasts)).toEqual(['two', 'three', 'four']);
  });

  it('[APP-1] one that waits for an answer stays, whatever comes after', () => {
    const toasts = createToasts();
    toasts.show({ text: 'A new version is ready', stay: true });
    for (const text of ['one', 'two', 'three', 'four']) toasts.show({ text });
    expect(texts(toasts)).toEqual(['A new version is ready', 'two', 'three', 'four']);
  });

  it('[APP-6] it can be taken away by who showed it', () => {
    const toasts = createToasts();
    const takeAway = toasts.show({ text: 'one' });
    takeAway();
    expect(texts(toasts)).toEqual([]);
  });
});
