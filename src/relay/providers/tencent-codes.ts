/**
 * What Tencent SMS's codes mean for a delivery (its document 382/59177): a table of data.
 * A code that nobody has told apart yet is `unknown`, since the message may be on its way.
 */
import type { FailureReason } from '#domain/delivery';
import type { SendOutcome } from '#relay/provider';
import { toDetail } from './detail.ts';

/** Refused for good: the same call would be refused again. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  'FailedOperation.ContainSensitiveWord': 'contentRefused',
  'FailedOperation.ForbidAddMarketingTemplates': 'templateRefused',
  'FailedOperation.MarketingSendTimeConstraint': 'blockedByProvider',
  'FailedOperation.PhoneNumberInBlacklist': 'optedOutAtProvider',
  'FailedOperation.SignatureIncorrectOrUnapproved': 'templateRefused',
  'FailedOperation.TemplateIncorrectOrUnapproved': 'templateRefused',
  'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': 'templateRefused',
  'FailedOperation.TemplateUnapprovedOrNotExist': 'templateRefused',
  'InvalidParameterValue.ContentLengthLimit': 'contentRefused',
  'InvalidParameterValue.IncorrectPhoneNumber': 'addressInvalid',
  'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter': 'contentRefused',
  'InvalidParameterValue.TemplateParameterFormatError': 'contentRefused',
  'InvalidParameterValue.TemplateParameterLengthLimit': 'contentRefused',
  'LimitExceeded.DeliveryFrequencyLimit': 'tooManyToAddress',
  'LimitExceeded.PhoneNumberDailyLimit': 'tooManyToAddress',
  'LimitExceeded.PhoneNumberOneHourLimit': 'tooManyToAddress',
  'LimitExceeded.PhoneNumberSameContentDailyLimit': 'tooManyToAddress',
  'LimitExceeded.PhoneNumberThirtySecondLimit': 'tooManyToAddress',
  'UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone': 'regionUnsupported',
  'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber': 'regionUnsupported',
  'UnsupportedOperation.GlobalTemplateToChineseMainlandPhone': 'regionUnsupported',
  'UnsupportedOperation.UnsuportedRegion': 'regionUnsupported',
};

/**
 * Nothing was taken, and nothing of the whole channel would be: keys, permission, balance, quota, clock, address.
 * It waits until that is mended, and burns no delivery meanwhile.
 */
const HOLDS_CHANNEL = [
  /^(AuthFailure|UnauthorizedOperation|RequestLimitExceeded)(\.|$)/,
  /^(InvalidAction|NoSuchVersion|NoSuchProduct|UnsupportedRegion|UnsupportedProtocol|ActionOffline)$/,
  /^(IpInBlacklist|IpNotInWhitelist|LimitExceeded)$/,
  /^FailedOperation\.InsufficientBalanceInSmsPackage$/,
  /^InvalidParameterValue\.SdkAppIdNotExist$/,
  /^LimitExceeded\.(App\w*DailyLimit|DailyLimit)$/,
  /^InternalError\.(RequestTimeException|SigVerificationFail|SigFieldMissing|RestApiInterfaceNotExist)$/,
];

const REFUSES =
  /^((FailedOperation|InvalidParameter|InvalidParameterValue|LimitExceeded|MissingParameter|UnknownParameter|UnsupportedOperation)(\.|$)|InternalError\.JsonParseFail$)/;

/** For a code other than `Ok`, of one number or of the whole call. */
export function outcomeOfCode(code: string): Exclude<SendOutcome, { kind: 'accepted' }> {
  const said = toDetail(code);
  const reason = REASONS[code];
  if (reason === 'addressInvalid') return { kind: 'refused', stage: 'invalidTarget', reason, ...said };
  if (reason !== undefined) return { kind: 'refused', stage: 'refused', reason, ...said };
  if (holdsChannel(code)) return { kind: 'unavailable', scope: 'channel', ...said };
  if (REFUSES.test(code)) return { kind: 'refused', stage: 'refused', reason: 'refusedOther', ...said };
  return { kind: 'unknown', ...said };
}

/** Whether the account is to blame, not the message. */
export const holdsChannel = (code: string): boolean => HOLDS_CHANNEL.some((pattern) => pattern.test(code));

/** Why a phone did not get it, by the carrier's status: most say that it was off, gone or out of reach. */
export function reasonOfStatus(status: string): FailureReason {
  return /^(REJECT|BLACK|BLOCK|PUBLOKD|KEYWORD)/i.test(status) ? 'blockedByProvider' : 'phoneUnreachable';
}
