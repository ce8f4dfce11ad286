import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Dispatcher } from 'undici';
import { openConnections } from './connections.client.js';
import { exchange, type Exchanged } from './http-exchange.client.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Connections to a server whose handler decides what becomes of each request, and a way to post to it. */
function to(
  url: string,
  { timeoutMs = 5_000, maxSockets = 1 }: { timeoutMs?: number; maxSockets?: number } = {},
): {
  dispatcher: Dispatcher;
  post: (path: string, body?: string, patienceMs?: number) => Promise<Exchanged>;
} {
  const dispatcher = openConnections(url, { timeoutMs, maxSockets, idleSocketMs: 15_000 });
  cleanups.push(() => dispatcher.destroy());
  const post = (path: string, body = '{}', patienceMs = timeoutMs): Promise<Exchanged> =>
    exchange(dispatcher, { origin: url, method: 'POST', path, body }, patienceMs);
  return { dispatcher, post };
}

async function served(handler: (request: IncomingMessage, answer: ServerResponse) => void): Promise<{
  url: string;
  /** How often each path was asked for. */
  seen: Map<string, number>;
  sockets: Set<Socket>;
}> {
  const seen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = http.createServer((request, answer) => {
    const path = request.url ?? '';
    seen.set(path, (seen.get(path) ?? 0) + 1);
    request.resume().on('end', () => {
      handler(request, answer);
    });
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const url = await listen(server);
  cleanups.push(() => {
    server.closeAllConnections();
  });
  return { url, seen, sockets };
}

const answered = { answered: true, status: 200, text: 'yes' };
const doubtful = { answered: false, mayHaveLeft: true };
const unsent = { answered: false, mayHaveLeft: false };

describe('a request that may have been written', () => {
  it.each<[string, (request: IncomingMessage, answer: ServerResponse) => void]>([
    ['the connection ends', ({ socket }) => socket.end()],
    ['the connection is reset', ({ socket }) => socket.resetAndDestroy()],
    [
      'half an answer is followed by a reset',
      ({ socket }, answer) => {
        answer.writeHead(200, { 'content-length': '500' });
        answer.write('ye', () => socket.resetAndDestroy());
      },
    ],
    [
      'a chunked answer never says that it is over',
      ({ socket }, answer) => answer.write('yes', () => socket.end()),
    ],
    ['the answer is not HTTP', ({ socket }) => socket.write('nonsense\r\n\r\n')],
    [
      'the answer is longer than anybody should hold',
      (_, answer) => {
        const piece = Buffer.alloc(1024 * 1024, ' ');
        const more = (left: number): void => {
          if (left === 0) answer.end();
          else
            answer.write(piece, (error) => {
              if (!error) more(left - 1);
            });
        };
        more(65);
      },
    ],
  ])('is in doubt when %s, and is not sent again', async (_, handler) => {
    let first = true;
    const { url, seen } = await served((request, answer) => {
      if (first) handler(request, answer);
      else answer.end('yes');
      first = false;
    });
    const { post } = to(url);
    expect(await post('/1')).toMatchObject(doubtful);
    expect(await post('/2')).toMatchObject(answered);
    expect([...seen]).toEqual([
      ['/1', 1],
      ['/2', 1],
    ]);
  });

  it('is in doubt when the server does not read it', async () => {
    const { post } = to(await listen(createServer((socket) => socket.pause())), { timeoutMs: 500 });
    expect(await post('/1', 'x'.repeat(20_000_000))).toMatchObject({
      ...doubtful,
      reason: { message: 'no answer within 500 ms' },
    });
  });

  it('is in doubt when the connections are closed under it', async () => {
    const { url } = await served(() => void dispatcher.destroy());
    const { dispatcher, post } = to(url);
    expect(await post('/1')).toMatchObject(doubtful);
  });
});

describe('a request that was certainly not written', () => {
  it('uses a new connection when the kept one was closed in between', async () => {
    const { url, seen, sockets } = await served((_, answer) => answer.end('yes'));
    const { post } = to(url);
    expect(await post('/1')).toMatchObject(answered);
    const [kept] = sockets;
    if (kept === undefined) throw new Error('there was no connection');
    kept.end();
    await once(kept, 'close');
    expect(await post('/2')).toMatchObject(answered);
    expect([seen.get('/2'), sockets.size]).toEqual([1, 2]);
  });

  it('was not sent, and never will be, when its time ran out before it had a connection', async () => {
    const { url, seen } = await served(({ url: path }, answer) => {
      if (path !== '/1') answer.end('yes');
    });
    const { post } = to(url, { timeoutMs: 2_000 });
    // The first one keeps the only connection until long after the others have given up.
    const results = await Promise.all([post('/1'), post('/2', '{}', 300), post('/3', '{}', 300)]);
    expect(results).toMatchObject([doubtful, unsent, unsent]);
    expect(await post('/4')).toMatchObject(answered);
    expect([...seen.keys()]).toEqual(['/1', '/4']);
  });

  it('was not sent when the connections are closed while it waits, nor after that', async () => {
    const { url, seen } = await served(() => void dispatcher.destroy());
    const { dispatcher, post } = to(url);
    expect(await Promise.all([post('/1'), post('/2')])).toMatchObject([doubtful, unsent]);
    expect(await post('/3')).toMatchObject(unsent);
    expect([...seen.keys()]).toEqual(['/1']);
  });

  it('was not sent when its headers cannot be', async () => {
    const { url, seen } = await served((_, answer) => answer.end('yes'));
    const { dispatcher } = to(url);
    const request = { origin: url, method: 'GET', path: '/1', headers: { authorization: 'a\nb' } } as const;
    expect(await exchange(dispatcher, request, 5_000)).toMatchObject(unsent);
    expect(seen.size).toBe(0);
  });
});

it('does not let a request begin a second time', async () => {
  const aborted: unknown[] = [];
  const dispatcher = new (class extends Dispatcher {
    override dispatch(_: unknown, handler: Dispatcher.DispatchHandler): boolean {
      const controller = (name: string): Dispatcher.DispatchController => ({
        aborted: false,
        paused: false,
        reason: null,
        pause: () => undefined,
        resume: () => undefined,
        abort: (reason) => {
          aborted.push(name);
          handler.onResponseError?.(controller(name), reason);
        },
      });
      handler.onRequestStart?.(controller('first'), null);
      handler.onRequestStart?.(controller('second'), null);
      return true;
    }
  })();
  const result = await exchange(dispatcher, { origin: 'http://x', method: 'POST', path: '/' }, 5_000);
  expect(result).toMatchObject(doubtful);
  expect(aborted).toEqual(['second']);
});

it('answers a thousand requests at once over a few connections', async () => {
  const { url, seen, sockets } = await served((_, answer) => answer.end('yes'));
  const { post } = to(url, { maxSockets: 20 });
  const results = await Promise.all(Array.from({ length: 1_000 }, (_, i) => post(`/${i}`)));
  expect(results.filter((result) => result.answered && result.text === 'yes')).toHaveLength(1_000);
  expect([seen.size, sockets.size]).toEqual([1_000, 20]);
});

it('reassembles an answer that arrives in pieces', async () => {
  const { url } = await served((_, answer) => {
    const euro = Buffer.from('€');
    answer.writeEarlyHints({ link: '</style.css>; rel=preload' });
    answer.write(euro.subarray(0, 1), () => answer.end(euro.subarray(1)));
  });
  const { post } = to(url);
  expect(await post('/1')).toMatchObject({ answered: true, status: 200, text: '€' });
});

describe('whatever the server does', () => {
  type Deed = (request: IncomingMessage, answer: ServerResponse) => void;
  const deeds: Record<string, Deed> = {
    answer: (_, answer) => answer.end('yes'),
    'answer, then end': ({ socket }, answer) => answer.end('yes', () => socket.end()),
    'answer, then reset': ({ socket }, answer) => answer.end('yes', () => socket.resetAndDestroy()),
    'answer for the last time': (_, answer) => answer.setHeader('connection', 'close').end('yes'),
    'answer late': (_, answer) => setImmediate(() => answer.end('yes')),
    end: ({ socket }) => socket.end(),
    reset: ({ socket }) => socket.resetAndDestroy(),
    'half an answer': ({ socket }, answer) => {
      answer.writeHead(200, { 'content-length': '9' });
      answer.write('yes', () => socket.destroy());
    },
    silence: () => undefined,
  };

  it('sends nothing twice, and nothing that is said not to have been sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(deeds)), { minLength: 30, maxLength: 120 }),
        fc.integer({ min: 1, max: 8 }),
        async (plan, maxSockets) => {
          const { url, seen } = await served((request, answer) => {
            const deed = plan[Number(request.url?.slice(1))] ?? 'answer';
            deeds[deed]?.(request, answer);
          });
          const { post } = to(url, { timeoutMs: 150, maxSockets });
          const results = await Promise.all(plan.map((_, i) => post(`/${i}`)));
          // Whatever still waits is in front of these.
          await Promise.all(Array.from({ length: maxSockets }, (_, i) => post(`/${plan.length + i}`)));
          results.forEach((result, i) => {
            const times = seen.get(`/${i}`) ?? 0;
            expect(times).toBeLessThanOrEqual(1);
            if (result.answered) expect(times).toBe(1);
            else if (!result.mayHaveLeft) expect(times).toBe(0);
          });
        },
      ),
      { numRuns: 10 },
    );
  });
});
