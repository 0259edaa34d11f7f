/** An icon as components take it: one of `@lucide/svelte/icons/…`, imported one by one. */
import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';

export type Icon = Component<LucideProps>;

/** What a state looks like. `good` is quiet on purpose: colour is for what needs a look. */
export type Tone = 'neutral' | 'good' | 'wait' | 'bad' | 'member';
