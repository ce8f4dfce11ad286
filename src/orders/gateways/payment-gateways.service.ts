import { Injectable } from '@nestjs/common';
import { OutboundClient } from '../../platform/outbound/outbound.client.js';
import { Senders } from '../../senders/directory/senders.service.js';
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
   * Null: the account is gone, or no gateway stands behind it, as with UPI. Inside WhatsApp the number that asked for the
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
      const senderId = askedBy ?? account.senderId ?? (await this.senders.defaultSender(organizationId)).id;
      const { accessToken, phoneNumberId } = await this.senders.credentialsOf(organizationId, senderId);
      const inside = { token: accessToken, phoneNumberId, configuration: configurationName };
      return new WhatsappGateway(inside, this.payments);
    }
    return null;
  }
}
