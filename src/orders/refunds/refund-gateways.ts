import type { PaymentGateway } from '../gateways/payment-gateway.js';

/** Where the accounts are that money goes back through. */
export abstract class RefundGateways {
  /**
   * The gateway of an account, with its secrets. Null: the account is gone, or has no refunds. `senderId`: the number
   * that asked for the money inside WhatsApp.
   */
  abstract open(
    organizationId: string,
    accountId: string,
    senderId: string | null,
  ): Promise<PaymentGateway | null>;
}
