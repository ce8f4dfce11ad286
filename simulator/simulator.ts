import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { SystemClock, type Clock } from '../src/platform/clock/clock.js';
import { DomainError } from '../src/rules/errors/domain-error.js';
import { catalogKind, connectedCatalogEdge, ownedCatalogsEdge } from './catalog/catalog-kinds.js';
import { productKind } from './catalog/product-writes.js';
import { controlRoutes } from './control/control-routes.js';
import { businessKind, phoneKind, wabaKind } from './graph/account-kinds.js';
import { bindKind, type BoundKind } from './graph/graph-call.js';
import { GraphError, invalidParameter } from './graph/graph-error.js';
import { graphRoutes, sendError, withoutVersion } from './graph/graph-routes.js';
import { parseForm, parseJson, type ParsedBody } from './parsed-body.js';
import { DEFAULT_OPTIONS, type SimulatorOptions } from './simulator-options.js';
import { SimulatorState } from './simulator-state.js';
import { templateKind, templatesEdge } from './templates/template-kind.js';

/** Meta takes catalog batches of up to 28 MB. */
const LARGEST_BODY = 30 * 1024 * 1024;
const STATUS_OF: Partial<Record<DomainError['kind'], number>> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
};

export interface Simulator {
  app: FastifyInstance;
  state: SimulatorState;
  /** Gives the URL to use as WHATSAPP_API_URL. */
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
  graphRoutes(app, state, options.accessToken, kindsOf(state));
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
  const { business, outbox, post, templates, review, catalogs, batches } = state;
  const waba = wabaKind(business, outbox, post);
  waba.edges.message_templates = templatesEdge(templates, review);
  waba.edges.product_catalogs = connectedCatalogEdge(catalogs);
  const portfolio = businessKind(business);
  portfolio.edges.owned_product_catalogs = ownedCatalogsEdge(catalogs);
  portfolio.edges.client_product_catalogs = { GET: () => ({ data: [] }) };
  return [
    bindKind(phoneKind(business)),
    bindKind(waba),
    bindKind(portfolio),
    bindKind(templateKind(templates, review)),
    bindKind(catalogKind(catalogs, batches, business)),
    bindKind(productKind(catalogs)),
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
  // Uploads are swallowed: only the media id in the answer matters.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => {
    done(null, undefined);
  });
}

/** Refusals of the control paths are plain JSON; everything else speaks like Graph. */
function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | GraphError | DomainError, _, reply) => {
    if (error instanceof DomainError) {
      const { code, message, extra } = error;
      return reply.code(STATUS_OF[error.kind] ?? 400).send({ code, message, errors: extra.errors ?? [] });
    }
    if (error instanceof GraphError) {
      sendError(reply, error);
      return reply;
    }
    const status = error.statusCode ?? 500;
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
