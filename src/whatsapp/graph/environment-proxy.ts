type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a protocol, or '' for none. Only the protocol's own variable counts, and
 * `ALL_PROXY`: undici would take `HTTP_PROXY` for https too, and no address without its `http://`.
 */
export function environmentProxy(protocol: string, env: Environment): string {
  const setting = (name: string): string => env[name] || env[name.toUpperCase()] || '';
  const proxy = setting(`${protocol.replace(':', '')}_proxy`) || setting('all_proxy');
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
