import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { refuse } from '../config/environment.js';

/** A network inside the operator's own that callers may name in addresses; null: every port of it. */
export interface AllowedNetwork {
  network: [ipaddr.IPv4 | ipaddr.IPv6, number];
  port: number | null;
}

/** An IPv6 address with a port stands in brackets, as in a URL. */
const BRACKETED = /^\[([^\]]+)\](?::(\d{1,5}))?$/;
const PLAIN = /^([^:]+)(?::(\d{1,5}))?$/;

/** `10.20.0.0/16, 127.0.0.1:8081, [fd00::5]:443`: addresses or networks, each with an optional port. */
export function parseAllowedNetworks(text: string): AllowedNetwork[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => parseEntry(entry));
}

function parseEntry(entry: string): AllowedNetwork {
  const [, range = entry, portText] = BRACKETED.exec(entry) ?? PLAIN.exec(entry) ?? [];
  const [address = '', bits] = range.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
  const port = portText === undefined ? null : Number(portText);
  if (version === 0 || prefix > longest || (port !== null && (port < 1 || port > 65_535))) {
    return refuse(`must list addresses or networks such as 10.20.0.0/16 or 127.0.0.1:8081, has "${entry}"`);
  }
  return { network: [ipaddr.parse(address), prefix], port };
}

export function isAllowed(networks: readonly AllowedNetwork[], text: string, port: number): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return networks.some(
    ({ network: [base, bits], port: only }) =>
      base.kind() === address.kind() && address.match(base, bits) && (only === null || only === port),
  );
}
