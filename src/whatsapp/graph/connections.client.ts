import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { environmentProxy } from './environment-proxy.js';

interface ConnectionSettings {
  timeoutMs: number;
  maxSockets: number;
  idleSocketMs: number;
}

const LOOPBACK = /^https?:\/\/(localhost|127\.|\[::1\])/;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Connections to one origin, kept and reused. They do not follow redirects, which would post a message a second time.
 */
export function openConnections(
  origin: string,
  { timeoutMs, maxSockets, idleSocketMs }: ConnectionSettings,
): Dispatcher {
  const settings = {
    connections: maxSockets,
    // One request at a time on a connection: otherwise one failure would put those behind it in doubt.
    pipelining: 1,
    allowH2: false,
    connectTimeout: timeoutMs,
    // Each exchange has its own timeout.
    headersTimeout: 0,
    bodyTimeout: 0,
    // A server that closes an idle connection just as we write leaves a message in doubt, so we close it first.
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
    // Plain HTTP would go through the proxy without a tunnel, over connections without these settings.
    factory: (url, options) => new Pool(url, Object.assign({ ...settings }, options)),
    // A proxy that never answers CONNECT would otherwise hold its connection for five minutes.
    clientFactory: (url, options) => new Pool(url, { ...options, headersTimeout: timeoutMs }),
  });
}
