import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { environmentProxy } from './environment-proxy.js';

interface ConnectionSettings {
  timeoutMs: number;
  maxSockets: number;
  idleSocketMs: number;
}

const LOOPBACK = /^https?:\/\/(localhost|127\.|\[::1\])/;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Connections to one origin, kept and reused. They follow no redirects, which would post a message a second time. */
export function openConnections(
  origin: string,
  { timeoutMs, maxSockets, idleSocketMs }: ConnectionSettings,
): Dispatcher {
  const settings = {
    connections: maxSockets,
    // One request at a time on a connection, or the fate of one would be the doubt of those behind it.
    pipelining: 1,
    allowH2: false,
    connectTimeout: timeoutMs,
    // Each exchange keeps its own time.
    headersTimeout: 0,
    bodyTimeout: 0,
    // A server that closes an idle connection just as we write leaves a message in doubt: let go of it first.
    keepAliveTimeout: idleSocketMs,
    keepAliveMaxTimeout: idleSocketMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  };
  // A proxy of the environment stands between us and Meta, never between us and the simulator.
  const proxy = LOOPBACK.test(origin) ? '' : environmentProxy(new URL(origin).protocol, process.env);
  if (proxy === '') return new Pool(origin, settings);
  return new EnvHttpProxyAgent({
    ...settings,
    httpProxy: proxy,
    httpsProxy: proxy,
    // Plain HTTP goes through the proxy without a tunnel, over connections that would know no settings.
    factory: (url, options) => new Pool(url, Object.assign({ ...settings }, options)),
    // A proxy that never answers CONNECT would otherwise hold its connection for five minutes.
    clientFactory: (url, options) => new Pool(url, { ...options, headersTimeout: timeoutMs }),
  });
}
