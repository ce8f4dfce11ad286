import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** Names that mean something only inside a machine or a network. */
const INSIDE = /(^|\.)(localhost|local|internal|lan|home|corp|test|example|invalid)$/i;

/** Whether the world can reach an address over https, as far as the address itself shows. */
export function isPublicUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (protocol !== 'https:') return false;
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host.includes('.') && !INSIDE.test(host);
}
