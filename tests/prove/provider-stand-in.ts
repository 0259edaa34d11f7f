/** The two kinds of provider that a crash treats differently, behind one face: a journal of calls, and of effects. */
import type { MessageContent } from '#domain/message';
import { startTencent, startWebhook } from '../stand-ins/start.ts';
import type { JournalCall } from './relay-kills-verdict.ts';

export interface ProviderStandIn {
  /** As the owner enters it. */
  readonly channel: {
    readonly code: string;
    readonly name: string;
    readonly platform: 'http-webhook' | 'tencent-sms';
    readonly settings: Readonly<Record<string, string>>;
    readonly credentials: Readonly<Record<string, string>>;
  };
  /** Uses `{{name}}`, so that every recipient's call is its own. */
  readonly content: MessageContent;
  readonly calls: () => Promise<readonly JournalCall[]>;
  /** How often an address took effect. */
  readonly effects: () => Promise<ReadonlyMap<string, number>>;
  readonly stop: () => Promise<void>;
}

interface Pace {
  readonly perSecond: number;
  readonly delayMs: readonly [number, number];
}

export function startProviderStandIn(repeats: 'idempotent' | 'none', pace: Pace): Promise<ProviderStandIn> {
  return repeats === 'idempotent' ? webhook(pace) : tencent(pace);
}

async function webhook(pace: Pace): Promise<ProviderStandIn> {
  const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
  const standIn = await startWebhook({ secret, order: pace });
  return {
    channel: {
      code: 'hook',
      name: 'Webhook',
      platform: 'http-webhook',
      settings: { url: `${standIn.url}/messages`, addressField: 'phone' },
      credentials: { signingSecret: secret },
    },
    content: { kind: 'text', text: 'Hello {{name}}' },
    calls: async () => {
      const lines = await standIn.journal();
      return lines.map((line) => ({ address: line.address, key: line.id, began: line.at, answered: undefined }));
    },
    effects: async () => {
      const effects = new Map<string, number>();
      for (const line of await standIn.journal())
        effects.set(line.address, (effects.get(line.address) ?? 0) + line.effects);
      return effects;
    },
    stop: standIn.stop,
  };
}

async function tencent(pace: Pace): Promise<ProviderStandIn> {
  const secrets = { secretId: 'AKIDofATest', secretKey: 'secret-key-of-a-test' };
  const standIn = await startTencent({ ...secrets, sdkAppId: '1400000001', order: pace });
  return {
    channel: {
      code: 'sms',
      name: 'SMS',
      platform: 'tencent-sms',
      settings: { sdkAppId: '1400000001', signName: 'Fieldcast', region: 'ap-guangzhou', endpoint: standIn.url },
      credentials: secrets,
    },
    content: { kind: 'sms-template', templateId: '449739', parameters: ['{{name}}'], templateText: 'Hello {1}' },
    calls: async () => {
      const calls = new Map<string, JournalCall>();
      for (const line of await standIn.journal()) {
        const id = `${String(line.call)} ${line.address}`;
        if (line.event === 'began')
          calls.set(id, { address: line.address, key: line.key, began: line.at, answered: undefined });
        const call = calls.get(id);
        if (line.event === 'answered' && call) calls.set(id, { ...call, answered: line.at });
      }
      return [...calls.values()];
    },
    effects: () => Promise.resolve(new Map()),
    stop: standIn.stop,
  };
}
