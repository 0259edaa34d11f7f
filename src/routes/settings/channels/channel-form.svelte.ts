/** The state of the form of one channel: its platform's fields, what is wrong with them, and what it asks of the relay. */
import {
  CHANNEL_CODE_PATTERN,
  CHANNEL_NAME_LENGTH,
  PLATFORM_FORMS,
  type Channel,
  type ChannelField,
  type Platform,
} from '#domain/channel';
import type { ChannelCode } from '#domain/ids';
import type { Channels } from '#app/types';

type ChannelRequest = Parameters<Channels['create']>[0];
type ChannelChange = Parameters<Channels['change']>[1];

export type FieldProblem = 'required' | 'code' | 'port' | 'number' | 'email' | 'url';

/** The usual port of each way to encrypt (RFC 8314, RFC 6409, RFC 5321); follows the choice until another is typed. */
const PORTS: Readonly<Record<string, string>> = { tls: '465', starttls: '587', none: '25' };

export function createChannelForm(channel?: Channel) {
  let platform = $state<Platform>(channel?.platform ?? 'smtp');
  let name = $state(channel?.name ?? '');
  let code = $state<string>(channel?.code ?? '');
  let perSecond = $state(channel?.perSecond === undefined ? '' : String(channel.perSecond));
  let settings = $state<Record<string, string>>(initial(PLATFORM_FORMS[platform].settings, channel?.settings));
  let credentials = $state<Record<string, string>>({});
  let tried = $state(false);
  const form = $derived(PLATFORM_FORMS[platform]);

  const problems = $derived.by(() => {
    const found: Record<string, FieldProblem> = {};
    if (name.trim() === '') found['name'] = 'required';
    if (code === '') found['code'] = 'required';
    else if (!CHANNEL_CODE_PATTERN.test(code)) found['code'] = 'code';
    if (perSecond.trim() !== '' && !(Number(perSecond) > 0)) found['perSecond'] = 'number';
    for (const field of form.settings) {
      const problem = problemOf(field, settings[field.name] ?? '');
      if (problem) found[field.name] = problem;
    }
    for (const field of form.credentials) {
      // Of a channel that exists an empty credential stays as it is.
      if (field.required && !channel && (credentials[field.name] ?? '') === '') found[field.name] = 'required';
    }
    return found;
  });

  const entries = (): string => JSON.stringify([platform, name, perSecond, settings, credentials]);
  const atFirst = entries();

  return {
    /** What stands here is not what the relay has. */
    get isChanged() {
      return entries() !== atFirst;
    },
    get platform() {
      return platform;
    },
    setPlatform(next: Platform) {
      platform = next;
      settings = initial(PLATFORM_FORMS[next].settings);
      credentials = {};
    },
    get form() {
      return form;
    },
    get name() {
      return name;
    },
    /** The code follows the name until it is typed itself. */
    setName(next: string) {
      if (!channel && code === codeFrom(name)) code = codeFrom(next);
      name = next.slice(0, CHANNEL_NAME_LENGTH);
    },
    get code() {
      return code;
    },
    setCode(next: string) {
      code = next.trim();
    },
    get perSecond() {
      return perSecond;
    },
    setPerSecond(next: string) {
      perSecond = next;
    },
    setting: (field: string) => settings[field] ?? '',
    setSetting(field: string, value: string) {
      if (field === 'encryption' && settings['port'] === PORTS[settings['encryption'] ?? '']) {
        settings['port'] = PORTS[value] ?? '';
      }
      settings[field] = value;
    },
    credential: (field: string) => credentials[field] ?? '',
    setCredential(field: string, value: string) {
      credentials[field] = value;
    },
    /** Shown once saving was tried: nobody is scolded while still writing. */
    problem: (field: string): FieldProblem | undefined => (tried ? problems[field] : undefined),
    /** Whether it may be sent; marks what is wrong where not. */
    check(): boolean {
      tried = true;
      return Object.keys(problems).length === 0;
    },
    request: (): ChannelRequest => ({
      code: code as ChannelCode,
      name: name.trim(),
      platform,
      settings: trimmed(settings),
      credentials: entered(credentials),
      ...(perSecond.trim() !== '' && { perSecond: Number(perSecond) }),
    }),
    change: (): ChannelChange => ({
      name: name.trim(),
      settings: trimmed(settings),
      ...(Object.keys(entered(credentials)).length > 0 && { credentials: entered(credentials) }),
      ...(perSecond.trim() !== '' && { perSecond: Number(perSecond) }),
    }),
  };
}
export type ChannelForm = ReturnType<typeof createChannelForm>;

function initial(
  fields: readonly ChannelField[],
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field.name, given[field.name] ?? field.initial ?? '']));
}

function trimmed(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
}

/** Not trimmed: a password may begin or end with a space. */
function entered(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function codeFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase()
    .slice(0, 20);
}

/** As much as can be told here; the relay checks again. */
function problemOf(field: ChannelField, value: string): FieldProblem | undefined {
  const text = value.trim();
  if (text === '') return field.required ? 'required' : undefined;
  switch (field.kind) {
    case 'number':
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? undefined : 'port';
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(text) ? undefined : 'email';
    case 'url':
      return /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? undefined : 'url';
    case 'text':
    case 'secret':
    case 'choice':
      return undefined;
  }
}
