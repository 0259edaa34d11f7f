/**
 * The few words that components say by themselves (close, clear …), given once by the layout in the language shown,
 * so that no component imports messages. All other words come in as props.
 */
import { getContext, setContext } from 'svelte';

export interface Words {
  /** Stands after the page's name in the window's title. */
  readonly product: string;
  readonly close: string;
  readonly clear: string;
  readonly cancel: string;
  readonly undo: string;
  readonly dismiss: string;
  readonly more: string;
  readonly loading: string;
  readonly back: string;
  readonly optional: string;
  readonly remove: (what: string) => string;
  readonly sortBy: (what: string) => string;
  readonly nothingFound: string;
  /** Of what can be seen as a chart or as a table. */
  readonly view: string;
  readonly chart: string;
  readonly table: string;
}

const WORDS = Symbol('words');

export const setWords = (words: Words): Words => setContext(WORDS, words);
export const getWords = (): Words => getContext<Words>(WORDS);
