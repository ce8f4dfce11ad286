import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { SystemClock, type Clock } from '../src/platform/clock/clock.js';
import { DomainError } from '../src/rules/errors/domain-error.js';
import { ConnectionCut } from './catalog/catalog-faults.js';
import { catalogKind, connectedCatalogEdge, ownedCatalogsEdge } from './catalog/catalog-kinds.js';
import { productKind } from './catalog/product-writes.js';
import { controlRoutes } from './control/control-routes.js';
import { businessKind, phoneKind, wabaKind } from './graph/account-kinds.js';
import { bindKind, type BoundKind, onlyEdgeFor, onlyFor } from './graph/graph-call.js';
import { GraphError, invalidParameter } from './graph/graph-error.js';
import { cut, graphRoutes, sendError, withoutVersion } from './graph/graph-routes.js';
import { appKind, mediaEdge, mediaKind, uploadKind } from './media/media-kinds.js';
import { paymentControl } from './payments/payment-control.js';
import { payuRoutes } from './payments/payu-routes.js';
import { razorpayRoutes } from './payments/razorpay-routes.js';
import { paymentLookUps, refundEdge } from './payments/whatsapp-payments.js';
import { parseForm, parseJson, ParsedBody, parseMultipart } from './parsed-body.js';
import { DEFAULT_OPTIONS, type SimulatorOptions } from './simulator-options.js';
import { SimulatorState } from './simulator-state.js';
import { templateKind, templatesEdge } from './templates/template-kind.js';

/** Meta accepts catalog batches of up to 28 MB. */
const LARGEST_BODY = 30 * 1024 * 1024;
const STATUS_OF: Partial<Record<DomainError['kind'], number>> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
};

export interface Simulator {
  app: FastifyInstance;
  state: SimulatorState;
  /** Returns the URL to use as WHATSAPP_API_URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

export function createSimulator(
  given: Partial<SimulatorOptions> = {},
  clock: Clock = new SystemClock(),
): Simulator {
  const options = { ...DEFAULT_OPTIONS, ...given };
  const state = new SimulatorState(options, clock);
  const app = fastify({
    bodyLimit: LARGEST_BODY,
    // Longer than a client keeps an idle connection, so that it is never closed under a request.
    keepAliveTimeout: 75_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    rewriteUrl: (request) => withoutVersion(request.url ?? '/'),
  });
  acceptBodies(app);
  answerErrors(app);
  controlRoutes(app, state);
  paymentControl(app, state);
  razorpayRoutes(app, state.payments);
  payuRoutes(app, state.payments, state.hooks);
  paymentLookUps(app, state.businesses, state.payments);
  graphRoutes(app, state, kindsOf(state));
  return {
    app,
    state,
    listen: () => app.listen({ port: options.port, host: options.host }),
    close: async () => {
      await state.close();
      await app.close();
    },
  };
}

function kindsOf(state: SimulatorState): BoundKind[] {
  const { business, outbox, post, catalogs, batches, faults, book, media } = state;
  const waba = wabaKind(outbox, post);
  waba.edges.message_templates = onlyEdgeFor(business, templatesEdge(state));
  waba.edges.product_catalogs = onlyEdgeFor(business, connectedCatalogEdge(catalogs));
  const portfolio = businessKind();
  portfolio.edges.owned_product_catalogs = onlyEdgeFor(business, ownedCatalogsEdge(catalogs));
  portfolio.edges.client_product_catalogs = { GET: () => ({ data: [] }) };
  const phone = phoneKind();
  phone.edges.media = mediaEdge(media);
  phone.edges.payments_refund = refundEdge(state.payments);
  return [
    bindKind(phone),
    bindKind(waba),
    bindKind(portfolio),
    bindKind(mediaKind(media)),
    bindKind(appKind(media)),
    bindKind(uploadKind(media)),
    bindKind(onlyFor(business, templateKind(state))),
    bindKind(onlyFor(business, catalogKind({ catalogs, batches, business, faults, book }))),
    bindKind(onlyFor(business, productKind(catalogs, faults))),
  ];
}

function acceptBodies(app: FastifyInstance): void {
  const parsing = (parse: (text: string) => ParsedBody) => (_: unknown, text: string) => {
    try {
      return Promise.resolve(parse(text));
    } catch {
      return Promise.reject(invalidParameter('The request body is not valid JSON'));
    }
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parsing(parseJson));
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parsing(parseForm));
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const type = request.headers['content-type'] ?? '';
    const isForm = type.startsWith('multipart/form-data');
    done(null, isForm ? parseMultipart(body, type) : new ParsedBody('', { content: body }));
  });
}

/** Errors of the control paths are plain JSON; everything else speaks like Graph. */
function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | GraphError | DomainError | ConnectionCut, request, reply) => {
    if (error instanceof ConnectionCut) {
      cut(request, reply);
      return reply;
    }
    if (error instanceof DomainError) {
      const { code, message, extra } = error;
      return reply.code(STATUS_OF[error.kind] ?? 400).send({ code, message, errors: extra.errors ?? [] });
    }
    if (error instanceof GraphError) {
      sendError(reply, error);
      return reply;
    }
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    const details = status === 500 ? `The simulator failed: ${error.message}` : error.message;
    sendError(
      reply,
      status === 413
        ? new GraphError(1, 'Please reduce the amount of data')
        : new GraphError(status === 500 ? 131000 : 100, details),
    );
    return reply;
  });
  app.setNotFoundHandler((request, reply) => {
    sendError(
      reply,
      new GraphError(100, undefined, {
        message: `Unknown path: ${request.method} ${request.url.slice(0, 200)}`,
      }),
    );
  });
}
