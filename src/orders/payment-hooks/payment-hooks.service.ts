import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import type { Provider } from '../payment-accounts/payment-account.js';
import { type OpenedAccount, PaymentAccounts } from '../payment-accounts/payment-accounts.service.js';
import { isSignedByPayu, isSignedByRazorpay } from './hook-signature.js';
import { insertEvent } from './payment-events.queries.js';

export type HookProvider = Extract<Provider, 'razorpay' | 'payu'>;

interface Hook {
  body: Buffer;
  signature: unknown;
  eventId: unknown;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Takes what gateways report: it is stored when its signature is right, and believed by nobody. */
@Injectable()
export class PaymentHooks {
  constructor(
    private readonly accounts: PaymentAccounts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async accept(provider: HookProvider, accountId: string, hook: Hook): Promise<void> {
    const opened = UUID.test(accountId) ? await this.accounts.openForWebhook(provider, accountId) : undefined;
    if (opened === undefined) throw notFound('payment account', accountId.slice(0, 36));
    if (!isSigned(provider, opened, hook)) {
      const detail = 'The signature is missing, or is not that of this payment account.';
      throw new DomainError('unauthorized', 'signature_invalid', detail);
    }
    const { organizationId } = opened.account;
    const event = { organizationId, accountId: opened.account.id, eventId: idOf(hook), body: hook.body };
    await insertEvent(this.database.manager, event, this.clock.now());
  }
}

function isSigned(provider: HookProvider, { account, secrets }: OpenedAccount, hook: Hook): boolean {
  if (provider === 'razorpay') {
    const { webhookSecret, previousWebhookSecret } = secrets;
    return isSignedByRazorpay(hook.body, hook.signature, [webhookSecret, previousWebhookSecret]);
  }
  const [{ merchantKey }, { salt }] = [account, secrets];
  if (merchantKey === null || salt === null) return false;
  return isSignedByPayu(new URLSearchParams(hook.body.toString()), { merchantKey, salt });
}

/** The gateway's own id, or else the same body is the same event. */
function idOf({ body, eventId }: Hook): string {
  const isUsable = typeof eventId === 'string' && /^[\x21-\x7e]{1,200}$/.test(eventId);
  return isUsable ? eventId : `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
