import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fastifyServer, { type FastifyInstance } from 'fastify';
import { endUnfinishedBodies } from './body-deadlines.js';

let fastify: FastifyInstance;
let received: number;
let release: () => void;

beforeEach(async () => {
  received = 0;
  fastify = fastifyServer();
  endUnfinishedBodies(fastify, ({ url }) => url.startsWith('/upload'), { wholeMs: 300, silentMs: 300 });
  fastify.addContentTypeParser('text/csv', (_, payload, done) => {
    done(null, payload);
  });
  fastify.post('/json', () => ({ ok: true }));
  fastify.post('/slow', async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return { ok: true };
  });
  fastify.post('/upload', async (request) => {
    for await (const chunk of request.body as AsyncIterable<Buffer>) received += chunk.length;
    return { received };
  });
  await fastify.listen({ port: 0 });
});
afterEach(() => fastify.close());

function open(route: string, type: string, length: number): Socket {
  const socket = connect((fastify.server.address() as AddressInfo).port);
  socket.write(
    `POST ${route} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
  );
  return socket;
}
const closed = async (socket: Socket): Promise<void> => {
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'close');
};

it('ends a JSON body that does not arrive in time, also when it trickles', async () => {
  const socket = open('/json', 'application/json', 1_000);
  const trickle = setInterval(() => socket.write(' '), 50);
  const begun = performance.now();
  await closed(socket);
  clearInterval(trickle);
  expect(performance.now() - begun).toBeLessThan(3_000);
});

it('ends an upload whose sender falls silent', async () => {
  const socket = open('/upload', 'text/csv', 1_000);
  socket.write('phone\n');
  await closed(socket);
  expect(received).toBe(6);
});

it('lets an upload take its time while it makes progress', async () => {
  const socket = open('/upload', 'text/csv', 10);
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (text: string) => (answer += text));
  let sent = 0;
  // Ten bytes over a second: more than three times as long as silence would be allowed to last.
  const trickle = setInterval(() => {
    socket.write('x');
    if (++sent === 10) clearInterval(trickle);
  }, 100);
  while (!answer.includes('"received":10')) await once(socket, 'data');
  socket.destroy();
  expect(sent).toBe(10);
});

it('does not end a request that has arrived and is being worked on', async () => {
  const socket = open('/slow', 'application/json', 2);
  socket.write('{}');
  socket.setEncoding('utf8');
  // The same time again in which an unfinished body is ended, seen by one that begins later.
  await closed(open('/json', 'application/json', 5));
  release();
  const [answer] = (await once(socket, 'data')) as [string];
  expect(answer).toContain('200 OK');
  socket.destroy();
});
