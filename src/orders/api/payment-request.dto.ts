import { Amount, Flag, Integer, Uuid } from '../../platform/http/fields.js';

export class RequestPaymentDto {
  @Uuid({ optional: true, description: 'Absent: the default payment account' })
  accountId?: string;

  @Amount({ optional: true, description: 'Absent: all that is due' })
  amount?: string | number;

  @Integer({
    optional: true,
    min: 5,
    max: 43_200,
    description:
      'Absent: paymentExpiresMinutes of the settings. Razorpay takes no less than 16, WhatsApp no less than 6',
  })
  expiresInMinutes?: number;

  @Flag({ optional: true, default: false, description: 'Ends the open request of this order' })
  replace?: boolean;
}
