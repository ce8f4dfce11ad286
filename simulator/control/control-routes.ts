import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ParsedBody } from '../parsed-body.js';
import type { SimulatorState } from '../simulator-state.js';
import { addBusiness } from './business-control.js';
import { catalogControl } from './catalog-control.js';
import { clickButton } from './click-control.js';
import { contentOf, parseInbound, senderOf } from './inbound-input.js';
import { INDEX } from './index-page.js';
import { parseMessageQuery } from './message-query.js';
import { changePhone } from './phone-control.js';
import { changeTemplate } from './template-control.js';
import { tellField } from './webhook-control.js';
import { notFound } from '../../src/rules/errors/domain-error.js';
import { majorUnits } from '../catalog/price.js';
import { oneOf, overlay, readInput } from '../input-reader.js';

/** What an operator or a test can see and set; not part of Meta. */
export function controlRoutes(app: FastifyInstance, state: SimulatorState): void {
  app.get('/', () => INDEX);
  scenarioRoutes(app, state);
  messageRoutes(app, state);
  eventRoutes(app, state);
  catalogControl(app, state);
}

function scenarioRoutes(app: FastifyInstance, { book }: SimulatorState): void {
  app.get('/simulator/scenario', () => book.current);
  app.put('/simulator/scenario', (request) => book.replace(bodyOf(request)));
  app.patch('/simulator/scenario', (request) => book.change(bodyOf(request)));
  app.delete('/simulator/scenario', () => book.reset());
}

function messageRoutes(app: FastifyInstance, state: SimulatorState): void {
  const { log, desk, refusals, meter, life } = state;
  app.get('/simulator/messages', (request) => {
    const { data, after } = log.page(parseMessageQuery(request.query as Record<string, unknown>));
    return { total: log.accepted, data, paging: { after: after ?? null } };
  });
  app.get('/simulator/messages/stats', () => ({
    ...log.stats(),
    refused: refusals.total,
    refusedByCode: refusals.byCode,
    cutBeforeAccepting: desk.cutBeforeAccepting,
    held: life.heldCount,
    statusesToCome: life.pending,
    perSecond: meter.read(performance.now()),
  }));
  app.delete('/simulator/messages', (_, reply) => {
    state.forgetMessages();
    return reply.code(204).send();
  });
  app.post('/simulator/held', (request) => {
    const outcomes = { outcome: oneOf('release', 'drop') };
    const { outcome } = readInput(
      overlay<{ outcome: 'release' | 'drop' }>({ outcome: 'release' }, outcomes),
      bodyOf(request),
      'decision',
    );
    return { decided: life.decideHeld(outcome === 'release') };
  });
}

function eventRoutes(app: FastifyInstance, state: SimulatorState): void {
  const { business, catalogs, inbound, life, outbox } = state;
  app.post('/simulator/inbound', (request, reply) => {
    const input = parseInbound(bodyOf(request));
    const sender = senderOf(input);
    const phoneId = input.phone_number_id ?? business.phones()[0]?.id ?? '';
    const phone = business.phone(phoneId);
    if (phone === undefined) throw notFound('phone number', phoneId);
    void reply.code(201);
    if (input.type === 'stop_marketing' || input.type === 'resume_marketing') {
      inbound.prefer(phone, sender, input.type === 'resume_marketing');
      return { id: null, from: sender.waId ?? null, user_id: sender.userId };
    }
    const content = contentOf(input, phone.digits, catalogs.connectedId, (retailerId) => {
      const price = catalogs.connected?.products.get(retailerId)?.price;
      return price === undefined ? undefined : { price: majorUnits(price), currency: price.currency };
    });
    return { id: inbound.receive(phone, sender, content), from: sender.waId ?? null, user_id: sender.userId };
  });
  app.post('/simulator/click', (request) => clickButton(state, bodyOf(request)));
  app.get('/simulator/webhooks', () => ({ ...outbox.stats(), statusesToCome: life.pending }));
  app.post('/simulator/webhooks', (request, reply) => {
    tellField(state, bodyOf(request));
    return reply.code(202).send({ queued: true });
  });
  app.post('/simulator/businesses', (request, reply) => {
    void reply.code(201);
    return addBusiness(state, bodyOf(request));
  });
  app.post('/simulator/phone/:id', (request) =>
    changePhone(state, (request.params as { id: string }).id, bodyOf(request)),
  );
  app.post('/simulator/template/:id', (request) =>
    changeTemplate(state, (request.params as { id: string }).id, bodyOf(request)),
  );
}

function bodyOf(request: FastifyRequest): unknown {
  return request.body instanceof ParsedBody ? request.body.value : {};
}
