import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest, HttpResult, Outgoing, ProviderConfig, SendOutcome } from '#relay/provider';
import { createProviderDeps } from '#relay/providers/deps';
import { tencentSms } from '#relay/providers/tencent-sms';
import { providerContract } from '#tests/contracts/provider';
import { startTencent } from '#tests/stand-ins/start';
import { FREE_PORT } from './free-port.ts';

const keys = { secretId: 'AKIDexampleexample', secretKey: 'keyexamplekeyexample', sdkAppId: '1400006666' };
const configFor = (endpoint: string, secretKey = keys.secretKey): ProviderConfig => ({
  settings: { sdkAppId: keys.sdkAppId, signName: '菲尔德', region: 'ap-guangzhou', endpoint },
  credentials: { secretId: keys.secretId, secretKey },
});
const outgoingTo = (address: string, parameter = 'x', key = `m.${address.slice(1)}`): Outgoing => ({
  key,
  address,
  content: { kind: 'sms-template', templateId: '1110', parameters: [parameter] },
});

providerContract(tencentSms, async () => {
  const standIn = await startTencent(keys);
  const refused: Record<string, string> = {};
  return {
    config: configFor(standIn.url),
    wrongCredentials: configFor(standIn.url, 'anotherkeyanotherkey'),
    unreachable: configFor(`http://127.0.0.1:${FREE_PORT}`),
    outgoing: (index, text) => outgoingTo(`+8613812${100_000 + index}`, text),
    behave: (behaviour) => standIn.tell({ faults: behaviour === 'losing' ? { reset: 10 } : {} }),
    refuse: (address) =>
      standIn.tell({ refuse: Object.assign(refused, { [address]: 'FailedOperation.PhoneNumberInBlacklist' }) }),
    taken: async () =>
      (await standIn.journal()).flatMap(({ event, address, parameters }) =>
        event === 'began' ? [{ address, text: parameters?.[0] ?? '' }] : [],
      ),
    stop: standIn.stop,
  };
});

describe('towards a stand-in that checks signatures by its own code', () => {
  let standIn: Awaited<ReturnType<typeof startTencent>>;
  let now = (): number => Date.now();
  const deps = createProviderDeps({ allowNetworks: ['127.0.0.1'], now: () => now() });
  beforeAll(async () => {
    standIn = await startTencent(keys);
  });
  afterAll(async () => {
    await deps.close();
    await standIn.stop();
  });
  const send = (batch: readonly Outgoing[]): Promise<readonly SendOutcome[]> =>
    tencentSms.create(configFor(standIn.url), deps).send(batch);

  test('[MSG-7] 200 numbers go in one call, the 201st in another', async () => {
    const before = (await standIn.journal()).length;
    const outcomes = await send(Array.from({ length: 201 }, (_, i) => outgoingTo(`+86139000${10_000 + i}`)));
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(201);
    const began = (await standIn.journal()).slice(before).filter(({ event }) => event === 'began');
    expect(new Set(began.map(({ call }) => call)).size).toBe(2);
    expect(began.map(({ size }) => size).sort()).toEqual([1, ...Array.from({ length: 200 }, () => 200)].sort());
  });

  test('[MSG-7] mainland and foreign numbers, and different parameters, never share a call', async () => {
    const batch = [outgoingTo('+8613700000001'), outgoingTo('+4915112345678'), outgoingTo('+8613700000002', 'y')];
    expect(new Set(batch.map(tencentSms.create(configFor(standIn.url), deps).groupKey)).size).toBe(3);
    expect((await send(batch)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('[MSG-7] one number twice goes in two calls, so that each answer has its own', async () => {
    const outcomes = await send([outgoingTo('+8613700000003', 'x', 'm.1'), outgoingTo('+8613700000003', 'x', 'm.2')]);
    const ids = outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.providerId : undefined));
    expect(new Set(ids).size).toBe(2);
  });

  test('[MSG-7] of half an answer, what it does not mention is unknown', async () => {
    await standIn.tell({ faults: { half: 10 } });
    const outcomes = await send(Array.from({ length: 10 }, (_, i) => outgoingTo(`+861360000000${i}`)));
    await standIn.tell({ faults: {} });
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 5 }, () => 'accepted'),
      ...Array.from({ length: 5 }, () => 'unknown'),
    ]);
  });

  test.each([{ serverError: 10 }, { garbage: 10 }])('[MSG-7] after %o nothing is known', async (faults) => {
    await standIn.tell({ faults });
    const [outcome] = await send([outgoingTo('+8613600000010')]);
    await standIn.tell({ faults: {} });
    expect(outcome?.kind).toBe('unknown');
  });

  test('[CHA-4] a clock 4 minutes off is taken, 6 minutes off holds the channel', async () => {
    for (const [minutes, kind] of [
      [4, 'accepted'],
      [-4, 'accepted'],
      [6, 'unavailable'],
      [-6, 'unavailable'],
    ] as const) {
      now = () => Date.now() + minutes * 60_000;
      const [outcome] = await send([outgoingTo('+8613600000011')]);
      expect(outcome?.kind, `${minutes} minutes`).toBe(kind);
    }
    now = Date.now;
  });

  test('[STA-2] its reports bear the ids that were answered, however they are shuffled and doubled', async () => {
    const batch = Array.from({ length: 60 }, (_, i) => outgoingTo(`+86135000000${10 + i}`));
    const outcomes = await send(batch);
    const failed = batch[7]?.address ?? '';
    const bodies: string[] = [];
    const { createServer } = await import('node:http');
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        const said = tencentSms.answerCallback?.({ headers: {}, body: Buffer.from(body), receivedAt: 0 });
        response.writeHead(said?.status ?? 500).end(said?.body);
      });
    });
    await new Promise<void>((fulfil) => receiver.listen(0, '127.0.0.1', fulfil));
    const { port } = receiver.address() as { port: number };
    await standIn.tell({ report: { url: `http://127.0.0.1:${port}/`, doubled: true, failedNumbers: [failed] } });
    receiver.close();
    const reports = bodies.flatMap((body) => {
      const read = tencentSms.readCallback?.({ headers: {}, body: Buffer.from(body), receivedAt: 0 }, configFor(''));
      return read?.kind === 'reports' ? read.reports : [];
    });
    outcomes.forEach((outcome, index) => {
      const id = outcome.kind === 'accepted' ? outcome.providerId : undefined;
      const own = reports.filter(({ by }) => 'providerId' in by && by.providerId === id);
      expect(own.map(({ state }) => state)).toEqual(index === 7 ? ['failed', 'failed'] : ['delivered', 'delivered']);
      expect(own.every(({ at }) => Math.abs(Date.now() - at) < 60_000)).toBe(true);
    });
    const undelivered = reports.find(({ state }) => state === 'failed');
    expect(undelivered).toMatchObject({ stage: 'undelivered', reason: 'phoneUnreachable', detail: 'MK:0001' });
  });
});

describe('what a code means', () => {
  const answered = (response: object): HttpResult => ({
    kind: 'answer',
    status: 200,
    headers: {},
    body: JSON.stringify({ Response: response }),
  });
  const outcomeOf = async (result: HttpResult): Promise<SendOutcome | undefined> => {
    const http = (): Promise<HttpResult> => Promise.resolve(result);
    const provider = tencentSms.create(configFor('https://sms.tencentcloudapi.com'), { http, now: Date.now });
    return (await provider.send([outgoingTo('+8613612345678')]))[0];
  };
  const table: readonly (readonly [string, object])[] = [
    ['AuthFailure.SignatureFailure', { kind: 'unavailable', scope: 'channel' }],
    ['AuthFailure.SignatureExpire', { kind: 'unavailable', scope: 'channel' }],
    ['UnauthorizedOperation.RequestIpNotInWhitelist', { kind: 'unavailable', scope: 'channel' }],
    ['UnauthorizedOperation.SerivceSuspendDueToArrears', { kind: 'unavailable', scope: 'channel' }],
    ['RequestLimitExceeded', { kind: 'unavailable', scope: 'channel' }],
    ['RequestLimitExceeded.IPLimitExceeded', { kind: 'unavailable', scope: 'channel' }],
    ['InternalError.RequestTimeException', { kind: 'unavailable', scope: 'channel' }],
    ['InternalError.SigVerificationFail', { kind: 'unavailable', scope: 'channel' }],
    ['FailedOperation.InsufficientBalanceInSmsPackage', { kind: 'unavailable', scope: 'channel' }],
    ['LimitExceeded.AppDailyLimit', { kind: 'unavailable', scope: 'channel' }],
    ['LimitExceeded.DailyLimit', { kind: 'unavailable', scope: 'channel' }],
    ['InternalError.Timeout', { kind: 'unknown' }],
    ['InternalError.SendAndRecvFail', { kind: 'unknown' }],
    ['InternalError.OtherError', { kind: 'unknown' }],
    ['InternalError', { kind: 'unknown' }],
    ['Something.Unheard', { kind: 'unknown' }],
    ['FailedOperation.PhoneNumberInBlacklist', { kind: 'refused', reason: 'optedOutAtProvider' }],
    ['FailedOperation.ContainSensitiveWord', { kind: 'refused', reason: 'contentRefused' }],
    ['FailedOperation.TemplateIncorrectOrUnapproved', { kind: 'refused', reason: 'templateRefused' }],
    ['FailedOperation.FailResolvePacket', { kind: 'refused', reason: 'refusedOther' }],
    [
      'InvalidParameterValue.IncorrectPhoneNumber',
      { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' },
    ],
    ['InvalidParameterValue.TemplateParameterLengthLimit', { kind: 'refused', reason: 'contentRefused' }],
    ['UnsupportedOperation.UnsuportedRegion', { kind: 'refused', reason: 'regionUnsupported' }],
    ['LimitExceeded.PhoneNumberDailyLimit', { kind: 'refused', reason: 'tooManyToAddress' }],
    ['LimitExceeded.DeliveryFrequencyLimit', { kind: 'refused', reason: 'tooManyToAddress' }],
  ];
  test.each(table)('[STA-4] %s', async (code, outcome) => {
    const expected = { ...outcome, detail: code };
    expect(await outcomeOf(answered({ Error: { Code: code, Message: 'm' } }))).toMatchObject(expected);
    const status = { PhoneNumber: '+8613612345678', SerialNo: '', Code: code };
    expect(await outcomeOf(answered({ SendStatusSet: [status] }))).toMatchObject(expected);
  });

  test('[MSG-7] an answer for another number, or in another spelling of ours', async () => {
    const ok = (PhoneNumber: string): HttpResult =>
      answered({ SendStatusSet: [{ PhoneNumber, SerialNo: '5000:1', Code: 'Ok' }] });
    const accepted = { kind: 'accepted', providerId: '5000:1' };
    expect(await outcomeOf(ok('+8613612345679'))).toEqual({ kind: 'unknown', detail: 'unmentioned' });
    expect(await outcomeOf(ok(''))).toEqual({ kind: 'unknown', detail: 'unmentioned' });
    expect(await outcomeOf(ok('+1 3612345678'))).toEqual({ kind: 'unknown', detail: 'unmentioned' });
    for (const spelling of ['+8613612345678', '008613612345678', '8613612345678', '13612345678']) {
      expect(await outcomeOf(ok(spelling))).toEqual(accepted);
    }
  });

  test.each([
    [
      { kind: 'answer', status: 403, headers: {}, body: '<html>' },
      { kind: 'unavailable', scope: 'channel', detail: 'HTTP.403' },
    ],
    [
      { kind: 'answer', status: 302, headers: {}, body: '' },
      { kind: 'unavailable', scope: 'channel', detail: 'HTTP.302' },
    ],
    [
      { kind: 'answer', status: 502, headers: {}, body: '<html>' },
      { kind: 'unknown', detail: 'HTTP.502' },
    ],
    [
      { kind: 'answer', status: 200, headers: {}, body: '{}' },
      { kind: 'unknown', detail: 'HTTP.200' },
    ],
    [
      { kind: 'lost', code: 'UND_ERR_SOCKET' },
      { kind: 'unknown', detail: 'UND_ERR_SOCKET' },
    ],
    [
      { kind: 'notSent', code: 'ENOTFOUND' },
      { kind: 'unavailable', scope: 'channel', detail: 'ENOTFOUND' },
    ],
  ] as const)("[MSG-7] what is not Tencent's word %#", async (result, outcome) => {
    expect(await outcomeOf(result)).toEqual(outcome);
  });

  test('[MSG-7] whatever is answered, each delivery has one outcome, in order, and nothing is thrown', async () => {
    const status = fc.record({
      PhoneNumber: fc.oneof(fc.constantFrom('+8613600000001', '+8613600000002', '+8613600000003'), fc.string()),
      SerialNo: fc.string(),
      Code: fc.oneof(fc.constantFrom('Ok', 'FailedOperation.X', 'InternalError.Timeout'), fc.string()),
    });
    const content = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ Response: fc.record({ SendStatusSet: fc.array(status, { maxLength: 5 }) }) })
        .map((value) => JSON.stringify(value)),
    );
    const batch = ['+8613600000001', '+8613600000002', '+8613600000003'].map((number) => outgoingTo(number));
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom(200, 204, 302, 400, 500), async (body, code) => {
        const http = (_request: HttpRequest): Promise<HttpResult> =>
          Promise.resolve({ kind: 'answer', status: code, headers: {}, body });
        const outcomes = await tencentSms
          .create(configFor('https://sms.tencentcloudapi.com'), { http, now: Date.now })
          .send(batch);
        expect(outcomes).toHaveLength(3);
        const answer = ((): { Response?: { SendStatusSet?: unknown } } | null => {
          try {
            return JSON.parse(body) as { Response?: { SendStatusSet?: unknown } };
          } catch {
            return null;
          }
        })();
        const set = answer?.Response?.SendStatusSet;
        const statuses: readonly { PhoneNumber?: unknown; Code?: unknown }[] = Array.isArray(set) ? set : [];
        outcomes.forEach((outcome, i) => {
          if (outcome.kind !== 'accepted') return;
          expect(
            statuses.some(
              ({ PhoneNumber, Code }) => PhoneNumber === batch[i]?.address && String(Code).toLowerCase() === 'ok',
            ),
          ).toBe(true);
        });
      }),
    );
  });
});

describe('status callbacks', () => {
  const read = (items: unknown): ReturnType<NonNullable<typeof tencentSms.readCallback>> | undefined =>
    tencentSms.readCallback?.({ headers: {}, body: Buffer.from(JSON.stringify(items)), receivedAt: 77 }, configFor(''));

  test("[STA-2] the document's example, by Beijing's clock", () => {
    const item = {
      user_receive_time: '2015-10-17 08:03:04',
      nationcode: '86',
      mobile: '13xxxxxxxxx',
      report_status: 'SUCCESS',
      errmsg: 'DELIVRD',
      description: '用户短信送达成功',
      sid: '5000:1045710669157053657849499619',
    };
    const by = { providerId: '5000:1045710669157053657849499619' };
    expect(read([item])).toEqual({
      kind: 'reports',
      reports: [{ by, state: 'delivered', at: Date.UTC(2015, 9, 17, 0, 3, 4) }],
    });
    expect(read([{ ...item, user_receive_time: 'gestern' }])).toEqual({
      kind: 'reports',
      reports: [{ by, state: 'delivered', at: 77 }],
    });
    expect(read([{ ...item, report_status: 'FAIL', errmsg: 'REJECTD' }])).toMatchObject({
      reports: [{ by, state: 'failed', stage: 'undelivered', reason: 'blockedByProvider', detail: 'REJECTD' }],
    });
    expect(read([{ ...item, report_status: 'FAIL', errmsg: 'to 13812345678: off' }])).toEqual({
      kind: 'reports',
      reports: [
        { by, state: 'failed', stage: 'undelivered', reason: 'phoneUnreachable', at: Date.UTC(2015, 9, 17, 0, 3, 4) },
      ],
    });
  });

  test('[CHA-2] Tencent is answered as it wants', () => {
    const callback = { headers: {}, body: Buffer.from('[]'), receivedAt: 0 };
    expect(tencentSms.answerCallback?.(callback)).toEqual({ status: 200, body: '{"result":0,"errmsg":"OK"}' });
  });
});
