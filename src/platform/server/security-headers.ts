import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The documentation page runs scripts of its own and keeps a key in the page: no site may frame it. */
const DOCS_POLICY = "frame-ancestors 'none'; object-src 'none'; base-uri 'none'";
/** An answer of the API is data. A browser that is led to one runs nothing of it. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Headers of every answer. Strict-Transport-Security is not among them: the proxy that ends TLS knows whether the
 * whole host may promise it.
 */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    setDefaults(request, reply);
    done();
  });
}

const OF_ALL = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};
const OF_DOCS = { ...OF_ALL, 'content-security-policy': DOCS_POLICY };
/** Answers hold personal data and change at once: neither a proxy nor the browser keeps them. */
const OF_DATA = { ...OF_ALL, 'content-security-policy': DATA_POLICY, 'cache-control': 'no-store' };

function setDefaults({ url }: FastifyRequest, reply: FastifyReply): void {
  const isDocs = url === '/docs' || url.startsWith('/docs/') || url.startsWith('/docs?');
  void reply.headers(isDocs ? OF_DOCS : OF_DATA);
}
