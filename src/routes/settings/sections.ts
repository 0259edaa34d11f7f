/** The parts of the settings, in their order. */
import Cable from '@lucide/svelte/icons/cable';
import ListPlus from '@lucide/svelte/icons/list-plus';
import RadioTower from '@lucide/svelte/icons/radio-tower';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import Smartphone from '@lucide/svelte/icons/smartphone';
import { m } from '#messages';

export const SECTIONS = [
  { href: '/settings/general', label: m.settings_general, note: m.settings_general_note, icon: SlidersHorizontal },
  {
    href: '/settings/characteristics',
    label: m.characteristics,
    note: m.characteristics_note,
    icon: ListPlus,
  },
  { href: '/settings/channels', label: m.settings_channels, note: m.settings_channels_note, icon: Cable },
  { href: '/settings/relay', label: m.settings_relay, note: m.settings_relay_note, icon: RadioTower },
  { href: '/settings/device', label: m.settings_device, note: m.settings_device_note, icon: Smartphone },
] as const;
