import { Injectable } from '@nestjs/common';
import { OutboundClient } from '../../platform/outbound/outbound.client.js';
import { type SenderCredentials, Senders } from '../../senders/directory/senders.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { PaymentsClient } from '../../whatsapp/payments/payments.client.js';
import { PaymentAccounts, type OpenedAccount } from '../payment-accounts/payment-accounts.service.js';
import { GatewaySettings } from './gateway-settings.js';
import type { PaymentGateway } from './payment-gateway.js';
import { PayuGateway } from './payu-gateway.client.js';
import { RazorpayGateway } from './razorpay-gateway.client.js';
import { WhatsappGateway } from './whatsapp-gateway.client.js';

/** The gateway behind each payment account. */
@Injectable()
export class PaymentGateways {
  constructor(
    private readonly accounts: PaymentAccounts,
    private readonly outbound: OutboundClient,
    private readonly payments: PaymentsClient,
    private readonly senders: Senders,
    private readonly settings: GatewaySettings,
  ) {}

  /**
   * Null: the account or its number is gone, or no gateway stands behind it, as with UPI. Inside WhatsApp the number that asked for the
   * money (`senderId` of the payment) is the one that hears of it.
   */
  async open(
    organizationId: string,
    accountId: string,
    senderId: string | null = null,
  ): Promise<PaymentGateway | null> {
    const opened = await this.accounts.open(organizationId, accountId);
    return opened === undefined ? null : this.of(opened, senderId);
  }

  private async of(
    { account, secrets }: OpenedAccount,
    askedBy: string | null,
  ): Promise<PaymentGateway | null> {
    const { provider, organizationId, keyId, merchantKey, configurationName } = account;
    const send: ConstructorParameters<typeof RazorpayGateway>[1] = (request) => this.outbound.send(request);
    const { keySecret, salt } = secrets;
    if (provider === 'razorpay' && keyId !== null && keySecret !== null)
      return new RazorpayGateway({ url: this.settings.razorpayUrl, keyId, keySecret }, send);
    if (provider === 'payu' && merchantKey !== null && salt !== null)
      return new PayuGateway({ url: this.settings.payuUrl, merchantKey, salt }, send);
    if (provider === 'whatsapp' && configurationName !== null) {
      const credentials = await this.credentials(organizationId, askedBy ?? account.senderId);
      if (credentials === null) return null;
      const { accessToken, phoneNumberId } = credentials;
      const inside = { token: accessToken, phoneNumberId, configuration: configurationName };
      return new WhatsappGateway(inside, this.payments);
    }
    return null;
  }

  /** Null: the number is gone, and with it every way to hear of its payments. */
  private async credentials(organizationId: string, known: string | null): Promise<SenderCredentials | null> {
    try {
      const senderId = known ?? (await this.senders.defaultSender(organizationId)).id;
      return await this.senders.credentialsOf(organizationId, senderId);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }
}
