import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GraphClient, type GraphClientOptions } from './graph.client.js';

type Handler = (request: IncomingMessage, answer: ServerResponse, body: string) => void;

const SENT =
  '{"contacts":[{"wa_id":"551199990000"}],"messages":[{"id":"wamid.1","message_status":"accepted"}]}';
const TOKEN = 'secret-token';
const call = { phoneNumberId: '42', token: TOKEN, payload: { to: '+5511999990000' } };
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(baseUrl: string, options: Partial<GraphClientOptions> = {}): GraphClient {
  const graph = new GraphClient({ baseUrl, version: 'v26.0', timeoutMs: 5_000, ...options });
  cleanups.push(() => {
    graph.close();
  });
  return graph;
}

/** A fake Meta: counts its connections and hands each request, read to its end, to the handler. */
async function meta(handler: Handler): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      handler(request, answer, body);
    });
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  cleanups.push(() => {
    server.closeAllConnections();
  });
  return { url: await listen(server), sockets };
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Handler =>
  (_, answer) =>
    answer.writeHead(status, headers).end(body);

const refusalWith = (code: number): string => JSON.stringify({ error: { code, message: `(#${code}) No` } });

describe('sendMessage', () => {
  it('posts the payload and reads what Meta accepted', async () => {
    const seen: unknown[] = [];
    const { url } = await meta((request, answer, body) => {
      seen.push([
        request.method,
        request.url,
        request.headers.authorization,
        request.headers['content-type'],
        body,
      ]);
      answer.end(SENT);
    });
    expect(await client(url).sendMessage(call)).toEqual({
      outcome: 'accepted',
      wamid: 'wamid.1',
      waId: '551199990000',
      userId: null,
      messageStatus: 'accepted',
      usage: null,
    });
    const body = '{"to":"+5511999990000"}';
    expect(seen).toEqual([['POST', '/v26.0/42/messages', `Bearer ${TOKEN}`, 'application/json', body]]);
  });

  it('uses the Marketing Messages API when asked, and reads an answer about a user id', async () => {
    const paths: (string | undefined)[] = [];
    const { url } = await meta((request, answer) => {
      paths.push(request.url);
      answer.end('{"contacts":[{"input":"US.1","user_id":"US.1"}],"messages":[{"id":"wamid.2"}]}');
    });
    const sent = await client(url).sendMessage({ ...call, marketingApi: true });
    expect(sent).toMatchObject({ outcome: 'accepted', waId: null, userId: 'US.1', messageStatus: null });
    expect(paths).toEqual(['/v26.0/42/marketing_messages']);
  });

  it('sends marketing without callback data once Meta has refused it for the number', async () => {
    const seen: [string | undefined, unknown][] = [];
    const { url } = await meta((request, answer, body) => {
      const sent = JSON.parse(body) as { biz_opaque_callback_data?: string };
      seen.push([request.url, sent]);
      const isRefused =
        request.url?.includes('marketing') === true && sent.biz_opaque_callback_data !== undefined;
      answer.statusCode = isRefused ? 400 : 200;
      const message = '(#100) Unexpected key "biz_opaque_callback_data" on param "payload".';
      answer.end(isRefused ? JSON.stringify({ error: { code: 100, message } }) : SENT);
    });
    const graph = client(url);
    const withData = { ...call, payload: { to: '+55', biz_opaque_callback_data: 'r:1' } };
    const marketing = { ...withData, marketingApi: true };
    expect(await graph.sendMessage(marketing)).toMatchObject({ outcome: 'accepted' });
    expect(await graph.sendMessage(marketing)).toMatchObject({ outcome: 'accepted' });
    await graph.sendMessage(withData);
    await graph.sendMessage({ ...marketing, phoneNumberId: '43' });
    expect(seen).toEqual([
      ['/v26.0/42/marketing_messages', withData.payload],
      ['/v26.0/42/marketing_messages', { to: '+55' }],
      ['/v26.0/42/marketing_messages', { to: '+55' }],
      ['/v26.0/42/messages', withData.payload],
      ['/v26.0/43/marketing_messages', withData.payload],
      ['/v26.0/43/marketing_messages', { to: '+55' }],
    ]);
  });

  it.each([
    ['a refusal', 400, refusalWith(131026), 'refused', 131026],
    ['a doubtful code with HTTP 400', 400, refusalWith(131000), 'in-doubt', 131000],
    ['a code of a refusal with HTTP 500', 500, refusalWith(100), 'in-doubt', 100],
    ['a 502 page', 502, '<html><title>502 Bad Gateway</title></html>', 'in-doubt', null],
    ['an empty 503', 503, '', 'in-doubt', null],
    ['a 404 page', 404, '<html></html>', 'refused', null],
    ['a redirect', 302, '', 'refused', null],
    ['half a success', 200, SENT.slice(0, 30), 'in-doubt', null],
    ['a success without an id', 200, '{}', 'in-doubt', null],
    ['a refusal dressed as a success', 200, refusalWith(131026), 'refused', 131026],
  ])('tells %s', async (_, status, body, outcome, code) => {
    const { url } = await meta(answering(status, body, status === 302 ? { location: '/elsewhere' } : {}));
    expect(await client(url).sendMessage(call)).toMatchObject({ outcome, error: { code } });
  });

  it('is in doubt when the connection drops after the request was read', async () => {
    const { url } = await meta((request) => request.socket.destroy());
    expect(await client(url).sendMessage(call)).toMatchObject({ outcome: 'in-doubt' });
  });

  it('is in doubt when the answer breaks off', async () => {
    const { url } = await meta((request, answer) => {
      answer.writeHead(200, { 'content-length': '500' });
      answer.write(SENT.slice(0, 20), () => request.socket.destroy());
    });
    expect(await client(url).sendMessage(call)).toMatchObject({ outcome: 'in-doubt' });
  });

  it('is in doubt when a kept connection drops under the second request', async () => {
    let requests = 0;
    const { url, sockets } = await meta((request, answer) => {
      requests += 1;
      if (requests === 1) answer.end(SENT);
      else request.socket.destroy();
    });
    // A connection is free again one turn of the event loop after its answer; one of a kind has to be waited for.
    const graph = client(url, { maxSockets: 1 });
    expect(await graph.sendMessage(call)).toMatchObject({ outcome: 'accepted' });
    expect(await graph.sendMessage(call)).toMatchObject({ outcome: 'in-doubt' });
    expect([requests, sockets.size]).toEqual([2, 1]);
  });

  it('is in doubt when the answer takes too long', async () => {
    const { url } = await meta(() => undefined);
    const result = await client(url, { timeoutMs: 500 }).sendMessage(call);
    expect(result).toMatchObject({
      outcome: 'in-doubt',
      error: { title: expect.stringContaining('500 ms') },
    });
  });

  it('does not let a trickle of bytes outlast the timeout', async () => {
    const { url } = await meta((_, answer) => {
      answer.writeHead(200);
      const drip = setInterval(() => answer.write(' '), 10);
      answer.on('close', () => {
        clearInterval(drip);
      });
    });
    expect(await client(url, { timeoutMs: 500 }).sendMessage(call)).toMatchObject({ outcome: 'in-doubt' });
  });

  it('knows that nothing was sent to a port without a listener', async () => {
    const server = createServer();
    const url = await listen(server);
    server.close();
    await once(server, 'close');
    const result = await client(url).sendMessage(call);
    expect(result).toMatchObject({
      outcome: 'not-sent',
      error: { title: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('knows that nothing was sent to a host without an address', async () => {
    const result = await client(`http://${'too-long-a-label'.repeat(4)}.invalid`).sendMessage(call);
    expect(result).toMatchObject({ outcome: 'not-sent' });
  });

  it('knows that nothing was sent when TLS was never agreed', async () => {
    const url = await listen(createServer((socket) => socket.end('no TLS here\r\n')));
    const result = await client(url.replace('http:', 'https:')).sendMessage(call);
    expect(result).toMatchObject({ outcome: 'not-sent' });
  });

  it('knows that nothing was sent when TLS takes too long', async () => {
    const url = await listen(createServer((socket) => cleanups.push(() => socket.destroy())));
    const result = await client(url.replace('http:', 'https:'), { timeoutMs: 80 }).sendMessage(call);
    expect(result).toMatchObject({ outcome: 'not-sent' });
  });

  it('never shows the token in an error', async () => {
    const { url } = await meta(
      answering(400, JSON.stringify({ error: { code: 190, message: `Bearer ${TOKEN} bad` } })),
    );
    const result = await client(url).sendMessage(call);
    expect(result).toMatchObject({ outcome: 'refused', error: { title: 'Bearer [token] bad' } });
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  });

  it('keeps its connections and opens no more than allowed', async () => {
    const { url, sockets } = await meta(answering(200, SENT));
    const graph = client(url, { maxSockets: 3 });
    for (let round = 0; round < 4; round++) {
      const sent = await Promise.all(Array.from({ length: 10 }, () => graph.sendMessage(call)));
      expect(sent.map(({ outcome }) => outcome)).toEqual(Array(10).fill('accepted'));
    }
    expect(sockets.size).toBe(3);
  });
});

describe('request', () => {
  it('closes idle connections, but never one that waits for its answer', async () => {
    const { url, sockets } = await meta((_, answer) => setTimeout(() => answer.end('{}'), 120));
    expect(await client(url, { idleSocketMs: 40 }).request('GET', '/7', { token: TOKEN })).toMatchObject({
      outcome: 'ok',
    });
    const [socket] = sockets;
    if (socket?.closed === false) await once(socket, 'close');
    expect(sockets.size).toBe(1);
  });

  it('sends the query, keeps long ids and shows the usage headers', async () => {
    const paths: (string | undefined)[] = [];
    const { url } = await meta((request, answer) => {
      paths.push(request.url);
      answer.setHeader('X-App-Usage', '{"call_count":91}');
      answer.end('{"id":90071992547409931}');
    });
    const query = { fields: 'id,name', limit: 2, skipped: undefined };
    const answer = await client(`${url}/`).request('GET', '/7', { token: TOKEN, query });
    expect(answer).toMatchObject({
      outcome: 'ok',
      body: { id: '90071992547409931' },
      usage: { highestPercent: 91 },
    });
    expect(paths).toEqual(['/v26.0/7?fields=id,name&limit=2']);
  });
});

describe('pages', () => {
  const page = (items: number[], after?: string): string =>
    JSON.stringify({
      data: items,
      paging: { cursors: { after: after ?? 'end' }, next: after && 'https://x?access_token=t' },
    });

  async function list(
    answers: (string | [number, string])[],
  ): Promise<{ pages: unknown[][]; cursors: (string | null)[] }> {
    const cursors: (string | null)[] = [];
    const { url } = await meta((request, answer) => {
      cursors.push(new URL(request.url ?? '', url).searchParams.get('after'));
      const next = answers.shift() ?? [500, ''];
      const [status, body] = typeof next === 'string' ? [200, next] : next;
      answer.writeHead(status).end(body);
    });
    const pages: unknown[][] = [];
    for await (const items of client(url).pages('/1/message_templates', { token: TOKEN })) pages.push(items);
    return { pages, cursors };
  }

  it('follows the cursors to the end', async () => {
    const { pages, cursors } = await list([page([1, 2], 'a'), page([3], 'b'), page([])]);
    expect(pages).toEqual([[1, 2], [3], []]);
    expect(cursors).toEqual([null, 'a', 'b']);
  });

  it('restarts without a cursor when Meta calls it invalid', async () => {
    const { pages, cursors } = await list([
      page([1], 'a'),
      [400, refusalWith(131059)],
      page([1], 'c'),
      page([2]),
    ]);
    expect(pages).toEqual([[1], [1], [2]]);
    expect(cursors).toEqual([null, 'a', null, 'c']);
  });

  it('stops at a cursor that leads nowhere', async () => {
    const { pages } = await list([page([1], 'a'), page([2], 'a'), page([3], 'a')]);
    expect(pages).toEqual([[1], [2]]);
  });

  it.each([
    ['for ever refused cursors', Array(9).fill([400, refusalWith(131059)]), 'rule'],
    ['a refusal', [[400, refusalWith(190)]], 'rule'],
    ['an outage', [[503, '']], 'unavailable'],
  ] as [string, [number, string][], string][])('throws on %s', async (_, answers, kind) => {
    await expect(list(answers)).rejects.toMatchObject({ kind });
  });
});
