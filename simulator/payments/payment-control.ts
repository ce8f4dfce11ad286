import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpUrl, nullable, oneOf, overlay, readInput, text, whole } from '../input-reader.js';
import { ParsedBody } from '../parsed-body.js';
import type { SimulatorState } from '../simulator-state.js';
import { notFound } from '../../src/rules/errors/domain-error.js';
import { paymentUpdate } from './whatsapp-payments.js';

interface Paying {
  reference: string;
  status: 'pending' | 'captured' | 'failed';
  amount: number | null;
  currency: string | null;
  webhooks: number;
}

const paying = overlay<Paying>(
  { reference: '', status: 'captured', amount: null, currency: null, webhooks: 1 },
  {
    reference: text,
    status: oneOf('pending', 'captured', 'failed'),
    amount: nullable(whole(1, 1_000_000_000_000)),
    currency: nullable(text),
    webhooks: whole(0, 100),
  },
);
const hook = { url: httpUrl, secret: text };
const payuHook = { url: httpUrl, key: text, salt: text };

/** Plays customers who pay, and the troubles of gateways. */
export function paymentControl(app: FastifyInstance, state: SimulatorState): void {
  const { payments, hooks } = state;
  app.get('/simulator/payments/:reference', (request) =>
    payments.get((request.params as { reference: string }).reference),
  );
  app.get('/simulator/payment-calls', () => payments.calls);
  app.post('/simulator/payments', async (request) => {
    const asked = readInput(paying, bodyOf(request), 'payment');
    const made = payments.pay(asked.reference, asked);
    const played = payments.get(asked.reference);
    if (played.gateway === 'whatsapp') {
      tellMeta(state, asked);
      return { ...made, webhooks: [] };
    }
    return { ...made, webhooks: await hooks.tell(played, made, asked.webhooks) };
  });
  app.put('/simulator/gateways/razorpay', (request) => {
    hooks.razorpay = readInput(overlay({ url: '', secret: '' }, hook), bodyOf(request), 'razorpay');
    return { url: hooks.razorpay.url };
  });
  app.put('/simulator/gateways/payu', (request) => {
    hooks.payu = readInput(overlay({ url: '', key: '', salt: '' }, payuHook), bodyOf(request), 'payu');
    return { url: hooks.payu.url };
  });
  app.put('/simulator/gateways/faults', (request) => {
    const faults = overlay({ lostAnswers: 0 }, { lostAnswers: whole(0, 1_000) });
    payments.lostAnswers = readInput(faults, bodyOf(request), 'faults').lostAnswers;
    return { lostAnswers: payments.lostAnswers };
  });
}

function tellMeta(
  { business, payments, outbox, clock }: SimulatorState,
  { reference, webhooks }: Paying,
): void {
  const played = payments.get(reference);
  const [phone] = business.phones();
  const transaction = played.transactions.at(-1);
  if (phone === undefined || transaction === undefined) throw notFound('payment', reference);
  const seconds = Math.floor(clock.now().getTime() / 1_000);
  for (let sent = 0; sent < webhooks; sent++)
    outbox.tell(paymentUpdate(business, phone, played, transaction, seconds));
}

function bodyOf(request: FastifyRequest): unknown {
  return request.body instanceof ParsedBody ? request.body.value : {};
}
