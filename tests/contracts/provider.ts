/**
 * What every provider must do, whatever it speaks. A provider's own test hands in a harness around its stand-in;
 * the verdict is the stand-in's journal, not the provider's word.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Outgoing, Provider, ProviderConfig, ProviderDeps, ProviderKind, SendOutcome } from '#relay/provider';
import { createProviderDeps } from '#relay/providers/deps';

/** `losing`: takes the call and hangs up before its answer. */
export type Behaviour = 'accepting' | 'losing';

export interface ProviderHarness {
  readonly config: ProviderConfig;
  /** As `config`, with a password or secret that the stand-in does not know. */
  readonly wrongCredentials: ProviderConfig;
  /** As `config`, towards a port where nobody listens. */
  readonly unreachable: ProviderConfig;
  /** An address and text fit for the platform; `text` comes out again in `taken`. */
  readonly outgoing: (index: number, text: string) => Outgoing;
  readonly behave: (behaviour: Behaviour) => Promise<void>;
  /** From now on the stand-in refuses this address. */
  readonly refuse: (address: string) => Promise<void>;
  /** What the stand-in was asked to send, in the order that it came, answered or not. */
  readonly taken: () => Promise<readonly { readonly address: string; readonly text: string }[]>;
  readonly stop: () => Promise<void>;
}

const UNICODE = 'Grüße, 王小明 👩‍👩‍👧 ‮abc‬ العربية "quoted" <b>&amp;</b> 100 % {{name}} \\n';

export function providerContract(kind: ProviderKind, open: () => Promise<ProviderHarness>): void {
  describe(`the contract of a provider: ${kind.platform}`, () => {
    let harness: ProviderHarness;
    let deps: ProviderDeps & { close: () => Promise<void> };
    const opened: Provider[] = [];
    let used = 0;

    beforeAll(async () => {
      harness = await open();
      deps = createProviderDeps({ allowNetworks: ['127.0.0.0/8'], now: Date.now });
    });
    beforeEach(() => harness.behave('accepting'));
    afterAll(async () => {
      await Promise.all(opened.map((provider) => provider.close()));
      await deps.close();
      await harness.stop();
    });

    function create(config: ProviderConfig): Provider {
      const provider = kind.create(config, deps);
      opened.push(provider);
      return provider;
    }
    /** Never the same address twice, so that the journal tells one test's calls from another's. */
    function batch(size: number, text = UNICODE): Outgoing[] {
      return Array.from({ length: size }, () => harness.outgoing((used += 1), text));
    }
    async function takenOf(sent: readonly Outgoing[]): Promise<readonly { address: string; text: string }[]> {
      const addresses = new Set(sent.map(({ address }) => address));
      return (await harness.taken()).filter(({ address }) => addresses.has(address));
    }
    /** A canary is anything of the person or the content that is long enough not to be there by chance. */
    function expectNoCanary(sent: readonly Outgoing[], outcomes: readonly SendOutcome[]): void {
      const said = JSON.stringify(outcomes.map((outcome) => ('detail' in outcome ? outcome.detail : '')));
      for (const { address } of sent) {
        expect(said).not.toContain(address);
        expect(said).not.toContain(address.replace(/^\+|@.*$/g, ''));
      }
      for (const word of ['Grüße', '王小明', 'quoted', 'canary', 'example.com']) expect(said).not.toContain(word);
    }

    test('[CHA-3] what the provider takes is accepted, each once, with its content intact', async () => {
      const provider = create(harness.config);
      const sent = batch(Math.min(provider.batchSize, 7) + 4);
      const outcomes = await provider.send(sent);
      expect(outcomes.map(({ kind }) => kind)).toEqual(sent.map(() => 'accepted'));
      const taken = await takenOf(sent);
      expect(taken.map(({ address }) => address).sort()).toEqual(sent.map(({ address }) => address).sort());
      for (const { text } of taken) expect(text).toBe(UNICODE);
    });

    test('[STA-2] a refused address is refused with a reason and keeps back nobody else', async () => {
      const provider = create(harness.config);
      const sent = batch(5);
      await harness.refuse(sent[2]?.address ?? '');
      const outcomes = await provider.send(sent);
      expect(outcomes.map((outcome) => outcome.kind)).toEqual([
        'accepted',
        'accepted',
        'refused',
        'accepted',
        'accepted',
      ]);
      expect(outcomes[2]).toMatchObject({ stage: expect.any(String) as string, reason: expect.any(String) as string });
      expectNoCanary(sent, outcomes);
    });

    test('[MSG-7] a provider that cannot be reached has taken nothing, and holds the channel', async () => {
      const sent = batch(3);
      const outcomes = await create(harness.unreachable).send(sent);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'unavailable', scope: 'channel' });
      expect(outcomes).toHaveLength(3);
      expect(await takenOf(sent)).toEqual([]);
      expectNoCanary(sent, outcomes);
    });

    test('[MSG-7] a call whose answer was lost is unknown: it may have been taken', async () => {
      const provider = create(harness.config);
      await harness.behave('losing');
      const sent = batch(3);
      const outcomes = await provider.send(sent);
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['unknown', 'unknown', 'unknown']);
      expect(await takenOf(sent)).toHaveLength(3);
      expectNoCanary(sent, outcomes);
    });

    test('[MSG-7] after a lost call the provider goes on, and does not repeat it by itself', async () => {
      const provider = create(harness.config);
      await harness.behave('losing');
      const lost = batch(1);
      await provider.send(lost);
      await harness.behave('accepting');
      const next = batch(2);
      expect((await provider.send(next)).map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted']);
      expect(await takenOf(lost)).toHaveLength(1);
    });

    test('[MSG-7] that a call leaves is said before, and not where none does', async () => {
      const provider = create(harness.config);
      if (!provider.tellsLeaving) return;
      const [one] = batch(1) as [Outgoing];
      let said = 0;
      await provider.send([one], () => (said += 1));
      expect(said).toBe(1);
      said = 0;
      await create(harness.unreachable).send(batch(2), () => (said += 1));
      expect(said).toBe(0);
      const held = batch(2);
      const outcomes = await provider.send(held, () => {
        throw new Error('not on record');
      });
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'unavailable', scope: 'channel' });
      expect(await takenOf(held)).toEqual([]);
      // What was held back has spoiled no connection for the next.
      const next = batch(2);
      expect((await provider.send(next)).map(({ kind: outcome }) => outcome)).toEqual(['accepted', 'accepted']);
      expect(await takenOf(held)).toEqual([]);
    });

    test('[CHA-4] wrong credentials hold the channel and burn no delivery', async () => {
      const sent = batch(3);
      const outcomes = await create(harness.wrongCredentials).send(sent);
      expect(outcomes).toHaveLength(3);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'unavailable', scope: 'channel' });
      expect(await takenOf(sent)).toEqual([]);
      expectNoCanary(sent, outcomes);
    });

    test('[CHA-4] trying the credentials says whether they hold, and sends nothing', async () => {
      const before = (await harness.taken()).length;
      expect(await create(harness.config).test()).toEqual({ kind: 'works' });
      expect(await create(harness.wrongCredentials).test()).toMatchObject({
        kind: 'fails',
        reason: 'credentialsRefused',
      });
      expect(await create(harness.unreachable).test()).toMatchObject({ kind: 'fails', reason: 'providerUnavailable' });
      expect(await harness.taken()).toHaveLength(before);
    });

    test('[MSG-7] an address or content that does not fit the platform is refused without a call', async () => {
      const provider = create(harness.config);
      const [one, two, three] = batch(3) as [Outgoing, Outgoing, Outgoing];
      const other = one.content.kind === 'text' ? 'email' : 'text';
      const foreign = { kind: other, text: UNICODE, subject: UNICODE } as Outgoing['content'];
      const outcomes = await provider.send([{ ...one, content: foreign }, two, { ...three, content: foreign }]);
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['refused', 'accepted', 'refused']);
      expect(await takenOf([one, two, three])).toHaveLength(1);
      expectNoCanary([one, two, three], outcomes);
    });

    test('[MSG-7] nothing to send is nothing said', async () => {
      expect(await create(harness.config).send([])).toEqual([]);
    });

    test('[CHA-2] a callback of anything at all throws nothing and reports nothing', () => {
      const bodies = [
        '',
        '[]x',
        '{}',
        '[1]',
        '[null]',
        '{"type":"receipts","data":[{}]}',
        '[{"sid":7}]',
        '\u0000\uFFFF',
      ];
      for (const body of bodies) {
        const callback = { headers: {}, body: Buffer.from(body), receivedAt: Date.now() };
        const read = kind.readCallback?.(callback, harness.config);
        if (read !== undefined) expect(['forged', 'malformed']).toContain(read.kind);
        if (kind.answerCallback) expect(kind.answerCallback(callback).status).toBeLessThan(500);
      }
    });

    test('[MSG-7] closing waits for what is under way and can be done twice', async () => {
      const provider = create(harness.config);
      const sent = batch(3);
      const sending = provider.send(sent);
      const outcomes = await sending;
      await provider.close();
      await provider.close();
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'accepted']);
    });
  });
}
