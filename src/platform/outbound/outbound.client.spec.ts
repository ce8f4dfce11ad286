import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../rules/errors/domain-error.js';
import { AddressGuard } from './address-guard.service.js';
import { parseAllowedNetworks } from './allowed-networks.js';
import { NameResolver } from './name-resolver.js';
import { OutboundClient } from './outbound.client.js';
import { OutboundError } from './outbound-error.js';

const RULES = { schemes: ['https', 'http'], ports: [80, 443], redirects: 3 } as const;
const LIMITS = { method: 'GET', timeoutMs: 5_000, maxBytes: 1_000 } as const;

/** Answers each look-up with the next of its lists, and the last one from then on. */
class ScriptedResolver extends NameResolver {
  lookUps = 0;
  constructor(private readonly answers: string[][]) {
    super();
  }
  override resolve(): Promise<string[]> {
    const answer = this.answers[Math.min(this.lookUps++, this.answers.length - 1)] ?? [];
    return Promise.resolve(answer);
  }
}

const servers: http.Server[] = [];

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<number> {
  const server = http.createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(port, host, ready));
  return (server.address() as AddressInfo).port;
}

function clientOf(
  allowed: string,
  ...answers: string[][]
): { client: OutboundClient; resolver: ScriptedResolver } {
  const resolver = new ScriptedResolver(answers);
  const guard = new AddressGuard({ allowed: parseAllowedNetworks(allowed) }, resolver);
  return { client: new OutboundClient(guard), resolver };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return error.code;
  if (error instanceof OutboundError) return error.failure;
  throw new Error('it did not fail as expected', { cause: error });
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a guarded call', () => {
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.1.2.3/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[fd00::1]/',
    'http://user:secret@8.8.8.8/',
    'http://8.8.8.8:22/',
    'https://8.8.8.8:8443/',
    'ftp://8.8.8.8/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'not a URL',
  ])('refuses %s without a look-up', async (url) => {
    const { client, resolver } = clientOf('');
    expect(await failureOf(client.sendGuarded({ ...LIMITS, url }, RULES))).toBe('address_not_allowed');
    expect(resolver.lookUps).toBe(0);
  });

  it.each([
    ['leads inside', ['10.0.0.1']],
    ['leads both outside and inside', ['8.8.8.8', '127.0.0.1']],
  ])('refuses a name that %s', async (_why, addresses) => {
    const { client } = clientOf('', addresses);
    const call = client.sendGuarded({ ...LIMITS, url: 'http://shop.example/' }, RULES);
    expect(await failureOf(call)).toBe('address_not_allowed');
  });

  it('reports a name that leads nowhere', async () => {
    const { client } = clientOf('', []);
    const call = client.sendGuarded({ ...LIMITS, url: 'http://shop.example/' }, RULES);
    expect(await failureOf(call)).toBe('name_not_found');
  });

  it('connects to the address it judged, although the name leads elsewhere a moment later', async () => {
    let insideCalls = 0;
    const port = await serve((request, response) => response.end(`for ${request.headers.host}`));
    await serve((_request, response) => response.end(String(++insideCalls)), '127.0.0.2', port);
    const { client, resolver } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1'], ['127.0.0.2']);
    const answer = await client.sendGuarded({ ...LIMITS, url: `http://rebinds.example:${port}/` }, RULES);
    expect(answer.body.toString()).toBe(`for rebinds.example:${port}`);
    expect(resolver.lookUps).toBe(1);
    expect(
      await failureOf(client.sendGuarded({ ...LIMITS, url: `http://rebinds.example:${port}/` }, RULES)),
    ).toBe('address_not_allowed');
    expect(insideCalls).toBe(0);
  });

  it('judges the target of every redirect', async () => {
    let insideCalls = 0;
    const inside = await serve((_request, response) => response.end(String(++insideCalls)), '127.0.0.2');
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.2:${inside}/` }).end();
    });
    const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
    const call = client.sendGuarded({ ...LIMITS, url: `http://shop.example:${port}/` }, RULES);
    expect(await failureOf(call)).toBe('address_not_allowed');
    expect(insideCalls).toBe(0);
  });

  it('follows three redirects and not a fourth', async () => {
    const port = await serve(({ url }, response) => {
      const left = Number(url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    });
    const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
    const call = (hops: number): Promise<{ body: Buffer }> =>
      client.sendGuarded({ ...LIMITS, url: `http://shop.example:${port}/${hops}` }, RULES);
    expect((await call(3)).body.toString()).toBe('there');
    expect(await failureOf(call(4))).toBe('too_many_redirects');
  });

  it('shows a redirect as the answer when none are followed', async () => {
    const port = await serve((_request, response) => response.writeHead(302, { location: '/x' }).end());
    const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
    const url = `http://shop.example:${port}/`;
    expect(await client.sendGuarded({ ...LIMITS, url }, { ...RULES, redirects: 0 })).toMatchObject({
      status: 302,
    });
    const post = { ...LIMITS, method: 'POST', url, body: '{}' } as const;
    expect(await client.sendGuarded(post, RULES)).toMatchObject({ status: 302 });
  });

  it.each([
    ['that announces its size', { 'content-length': '5000' }],
    ['of unknown size', {}],
  ])('breaks off an answer %s at the limit', async (_kind, headers) => {
    const port = await serve((_request, response) => {
      response.writeHead(200, headers).end(Buffer.alloc(5_000));
    });
    const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
    const call = client.sendGuarded({ ...LIMITS, url: `http://shop.example:${port}/` }, RULES);
    expect(await failureOf(call)).toBe('answer_too_large');
  });

  it('gives up on a server that trickles, after the time for everything', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
    const call = client.sendGuarded(
      { ...LIMITS, url: `http://shop.example:${port}/`, timeoutMs: 200 },
      RULES,
    );
    expect(await failureOf(call)).toBe('timed_out');
  });

  it('gives up on a look-up that never ends', async () => {
    class Silent extends NameResolver {
      override resolve(): Promise<string[]> {
        return new Promise(() => undefined);
      }
    }
    const client = new OutboundClient(new AddressGuard({ allowed: [] }, new Silent()));
    const call = client.sendGuarded({ ...LIMITS, url: 'http://shop.example/', timeoutMs: 50 }, RULES);
    expect(await failureOf(call)).toBe('timed_out');
  });

  it('uses no proxy of the environment', async () => {
    let proxied = 0;
    const proxy = await serve((_request, response) => response.end(String(++proxied)));
    const port = await serve((_request, response) => response.end('direct'));
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${proxy}`;
    try {
      const { client } = clientOf(`127.0.0.1:${port}`, ['127.0.0.1']);
      const answer = await client.sendGuarded({ ...LIMITS, url: `http://shop.example:${port}/` }, RULES);
      expect(answer.body.toString()).toBe('direct');
    } finally {
      delete process.env['HTTP_PROXY'];
    }
    expect(proxied).toBe(0);
  });

  it('reports a server that cannot be reached', async () => {
    const { client } = clientOf('127.0.0.1:1', ['127.0.0.1']);
    const call = client.sendGuarded({ ...LIMITS, url: 'http://shop.example:1/' }, RULES);
    expect(await failureOf(call)).toBe('unreachable');
  });
});

describe('a call of our own', () => {
  it('returns every status with its body, and follows no redirects', async () => {
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(418, { location: '/x', 'x-method': request.method }).end(Buffer.concat(chunks));
      });
    });
    const { client } = clientOf('');
    const body = Buffer.from([0, 255, 10]);
    const answer = await client.send({ ...LIMITS, method: 'PUT', url: `http://127.0.0.1:${port}/`, body });
    expect(answer).toMatchObject({ status: 418, headers: { 'x-method': 'PUT' } });
    expect(answer.body.equals(body)).toBe(true);
  });
});
