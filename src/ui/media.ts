/** The widths at which the frame changes and the pointer at hand, as things a component can follow. */
import { MediaQuery } from 'svelte/reactivity';

/** Bottom bar, cards, sheets. */
export const watchNarrow = () => new MediaQuery('(max-width: 639.98px)');
/** Full sidebar. */
export const watchWide = () => new MediaQuery('(min-width: 1024px)');
/** A finger: rows of 56 px instead of 40. */
export const watchCoarse = () => new MediaQuery('(pointer: coarse)');
