import { once } from 'node:events';
import http from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openConnections } from './connections.client.js';
import { exchange, type Exchanged } from './http-exchange.client.js';

const cleanups: (() => unknown)[] = [];
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

beforeEach(() => {
  const before = PROXY_VARIABLES.map((name) => [name, process.env[name]] as const);
  const restore = (name: string, value: string | undefined): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  for (const name of PROXY_VARIABLES) restore(name, undefined);
  cleanups.push(() => {
    for (const [name, value] of before) restore(name, value);
  });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy that writes down what it was asked for. */
async function proxy(
  deed: (socket: Socket) => void,
): Promise<{ asked: string[]; url: string; closed: () => Promise<unknown> }> {
  const asked: string[] = [];
  let last: Socket | undefined;
  const server = createServer((socket) => {
    last = socket;
    cleanups.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('data', (chunk: Buffer) => {
      asked.push(chunk.toString().split('\r\n', 1).join());
      deed(socket);
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return { asked, url, closed: async () => last?.closed === false && (await once(last, 'close')) };
}

function post(url: string, { timeoutMs = 5_000, idleSocketMs = 15_000 } = {}): Promise<Exchanged> {
  const dispatcher = openConnections(url, { timeoutMs, maxSockets: 2, idleSocketMs });
  cleanups.push(() => dispatcher.destroy());
  return exchange(dispatcher, { origin: url, method: 'POST', path: '/1', body: '{}' }, timeoutMs);
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes';
const answered = { answered: true, status: 200, text: 'yes' };
const doubtful = { answered: false, mayHaveLeft: true };
const unsent = { answered: false, mayHaveLeft: false };

describe('through a proxy of the environment', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['refuses the tunnel', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')],
    ['wants to know who we are', (socket) => socket.end('HTTP/1.1 407 Who?\r\ncontent-length: 0\r\n\r\n')],
    ['hangs up', (socket) => socket.destroy()],
    ['says nothing', () => undefined],
    [
      'gives a tunnel in which TLS is never agreed',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', () => socket.end('no TLS here\r\n'));
      },
    ],
    ['gives a tunnel that leads nowhere', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ])('nothing was sent when it %s', async (_, deed) => {
    const { asked, url } = await proxy(deed);
    process.env['HTTPS_PROXY'] = url;
    expect(await post('https://graph.example', { timeoutMs: 500 })).toMatchObject(unsent);
    expect(asked).toEqual(['CONNECT graph.example:443 HTTP/1.1']);
  });

  it('nothing was sent when it is not there', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    process.env['HTTPS_PROXY'] = `127.0.0.1:${port}`;
    expect(await post('https://graph.example')).toMatchObject({
      ...unsent,
      reason: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('plain HTTP is asked for by its whole address, and in doubt from there on', async () => {
    const deeds = [(socket: Socket) => socket.write(ANSWER), (socket: Socket) => socket.destroy()];
    const { asked, url } = await proxy((socket) => deeds.shift()?.(socket));
    process.env['HTTP_PROXY'] = url;
    expect(await post('http://graph.example')).toMatchObject(answered);
    expect(await post('http://graph.example')).toMatchObject(doubtful);
    expect(asked).toEqual(Array(2).fill('POST http://graph.example/1 HTTP/1.1'));
  });

  // An address of this machine that does not look like one, so that no name has to be resolved.
  const elsewhere = (url: string): string => url.replace('127.0.0.1', '0.0.0.0');

  it('does not ask it for hosts that it is not for', async () => {
    const never = await proxy((socket) => socket.destroy());
    Object.assign(process.env, { HTTP_PROXY: never.url, NO_PROXY: 'example.com,0.0.0.0' });
    const { url } = await proxy((socket) => socket.write(ANSWER));
    expect(await post(elsewhere(url))).toMatchObject(answered);
    expect(never.asked).toEqual([]);
  });

  it('does not ask the one for plain HTTP to reach anything else', async () => {
    const never = await proxy((socket) => socket.destroy());
    Object.assign(process.env, { HTTP_PROXY: never.url });
    const { asked, url } = await proxy((socket) => socket.end('no TLS here\r\n'));
    expect(await post(elsewhere(url).replace('http:', 'https:'))).toMatchObject(unsent);
    expect([asked.length, never.asked]).toEqual([1, []]);
  });

  it('does not ask it for this machine', async () => {
    const never = await proxy((socket) => socket.destroy());
    Object.assign(process.env, { HTTP_PROXY: never.url, ALL_PROXY: never.url });
    const { asked, url } = await proxy((socket) => socket.write(ANSWER));
    expect(await post(url)).toMatchObject(answered);
    expect([asked, never.asked]).toEqual([['POST /1 HTTP/1.1'], []]);
  });
});

it('closes an idle connection before a server that keeps it longer', async () => {
  const { url, closed } = await proxy((socket) =>
    socket.write(ANSWER.replace('content-length', 'keep-alive: timeout=60\r\ncontent-length')),
  );
  expect(await post(url, { idleSocketMs: 40 })).toMatchObject(answered);
  await closed();
});

it('follows no redirect', async () => {
  const paths: (string | undefined)[] = [];
  const server = http.createServer((request, answer) => {
    paths.push(request.url);
    answer.writeHead(307, { location: '/2' }).end();
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  expect(await post(url)).toMatchObject({ answered: true, status: 307 });
  expect(paths).toEqual(['/1']);
});
