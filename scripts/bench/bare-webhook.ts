import { createHmac, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';

// The ceiling of the webhook: the same server and the same signature, and nothing is stored.
const secret = process.env.BENCH_SECRET ?? '';
const server = Fastify();
server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
  done(null, body);
});
server.post('/webhook', (request, reply) => {
  const expected = createHmac('sha256', secret)
    .update(request.body as Buffer)
    .digest();
  const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice('sha256='.length), 'hex');
  const isTrue = given.length === expected.length && timingSafeEqual(given, expected);
  void reply.code(isTrue ? 200 : 401).send();
});
const url = await server.listen({ port: 0, host: '127.0.0.1' });
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ type: 'ready', url });
