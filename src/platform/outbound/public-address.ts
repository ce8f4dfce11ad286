import ipaddr from 'ipaddr.js';

/** The only part of IPv6 that is handed out for the public internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure answers virtual machines here with their own configuration, although the address looks public. */
const CLOUD_SERVICES = new Set(['168.63.129.16']);

/**
 * Whether an address is one of a machine on the public internet. Everything that leads back into a network is not:
 * loopback, private, link-local (where clouds keep their metadata), shared, unique-local, multicast and reserved
 * ranges, and an IPv6 address that carries such an IPv4 address. What cannot be read is not public.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return isPublicV4(address);
  const range = address.range();
  switch (range) {
    case 'ipv4Mapped':
      return isPublicV4(address.toIPv4Address());
    case 'rfc6052':
      // 64:ff9b::/96, through which networks without IPv4 reach it. 64:ff9b:1::/48 stays inside a network.
      return address.match(ipaddr.IPv6.parse('64:ff9b::'), 96) && isPublicV4(embedded(address, 12));
    case '6to4':
      return isPublicV4(embedded(address, 2));
    default:
      return range === 'unicast' && address.match(GLOBAL_UNICAST);
  }
}

function isPublicV4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !CLOUD_SERVICES.has(address.toString());
}

/** The IPv4 address that stands in four bytes of an IPv6 address. */
function embedded(address: ipaddr.IPv6, offset: number): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(offset, offset + 4));
}
