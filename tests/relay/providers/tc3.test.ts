import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalRequest, tc3Authorization } from '#relay/providers/tc3';

// The vectors of Tencent's own document on signature v3 (service cvm).
const body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}';
const common = { service: 'cvm', timestamp: 1_551_113_065, body };
const plain = { 'content-type': 'application/json; charset=utf-8', host: 'cvm.tencentcloudapi.com' };
const withAction = { ...plain, 'x-tc-action': 'describeinstances' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test("[CHA-3] the document's body is signed byte for byte", () => {
  expect(sha256(body)).toBe('35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064');
});

test.each([
  [plain, '5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031'],
  [withAction, '7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84'],
])('[CHA-3] canonical request %#', (signedHeaders, hash) => {
  expect(sha256(canonicalRequest({ signedHeaders, body }))).toBe(hash);
});

test.each([
  [
    'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
    plain,
    'content-type;host',
    '72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
  ],
  [
    '*'.repeat(32),
    withAction,
    'content-type;host;x-tc-action',
    '10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f',
  ],
])('[CHA-3] signature %#', (secretKey, signedHeaders, names, signature) => {
  const secretId = 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE';
  expect(tc3Authorization({ ...common, secretId, secretKey, signedHeaders })).toBe(
    `TC3-HMAC-SHA256 Credential=${secretId}/2019-02-25/cvm/tc3_request, SignedHeaders=${names}, Signature=${signature}`,
  );
});
