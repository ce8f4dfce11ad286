import { describe, expect, it } from '@jest/globals';
import type { OutboundAnswer, OutboundRequest } from '../../platform/outbound/outbound.client.js';
import type { GraphAnswer } from '../../whatsapp/graph/graph-answer.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import { PaymentsClient } from '../../whatsapp/payments/payments.client.js';
import { RazorpayGateway } from './razorpay-gateway.client.js';
import { WhatsappGateway } from './whatsapp-gateway.client.js';

const payment = { reference: 'R-1', gatewayId: 'plink_1', transactionId: null };

function razorpay(answers: Record<string, object>): { gateway: RazorpayGateway; calls: string[] } {
  const calls: string[] = [];
  const send = ({ method, url }: OutboundRequest): Promise<OutboundAnswer> => {
    const call = `${method} ${new URL(url).pathname}`;
    calls.push(call);
    const body = Buffer.from(JSON.stringify(answers[call] ?? {}));
    return Promise.resolve({ status: answers[call] === undefined ? 404 : 200, body } as OutboundAnswer);
  };
  const account = { url: 'https://razorpay.example', keyId: 'k', keySecret: 's' };
  return { gateway: new RazorpayGateway(account, send), calls };
}

describe('a refunded payment of Razorpay', () => {
  const link = {
    ...{ reference_id: 'R-1', status: 'created', currency: 'INR' },
    payments: [{ payment_id: 'pay_1', amount: 10_000, status: 'refunded' }],
  };

  it.each([
    [true, 'captured'],
    [false, 'failed'],
  ])('that was captured (%p) is %s', async (captured, state) => {
    const { gateway } = razorpay({
      'GET /v1/payment_links/plink_1': link,
      'GET /v1/payments/pay_1': { id: 'pay_1', status: 'refunded', captured },
      'GET /v1/payments/pay_1/refunds': { items: [] },
    });
    expect(await gateway.lookUp(payment)).toMatchObject({ outcome: 'found', payments: [{ state }] });
  });

  it('that cannot be read says nothing', async () => {
    const { gateway } = razorpay({ 'GET /v1/payment_links/plink_1': link });
    expect((await gateway.lookUp(payment)).outcome).toBe('unknown');
  });
});

it('a link of Razorpay is cancelled by its id', async () => {
  const { gateway, calls } = razorpay({});
  await gateway.cancelLink(payment);
  expect(calls).toEqual(['POST /v1/payment_links/plink_1/cancel']);
});

describe('a refund inside WhatsApp', () => {
  const asked = { refundId: 'r', amount: 100n, currency: 'INR' };
  const answered = (outcome: 'not-sent' | 'in-doubt'): WhatsappGateway => {
    const answer = { outcome, error: transportError('no route', 0), usage: null } as GraphAnswer;
    const client = new PaymentsClient({ request: () => Promise.resolve(answer) } as never);
    return new WhatsappGateway({ token: 't', phoneNumberId: '1', configuration: 'c' }, client);
  };

  it('that never left this machine may be asked for again, one whose answer is lost may not', async () => {
    expect((await answered('not-sent').refund(payment, asked)).outcome).toBe('not_sent');
    expect((await answered('in-doubt').refund(payment, asked)).outcome).toBe('unknown');
  });
});
