import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type AllowedNetwork, isAllowed } from './allowed-networks.js';
import { NameResolver } from './name-resolver.js';
import { OutboundError } from './outbound-error.js';
import { OutboundSettings } from './outbound-settings.js';
import { isPublicAddress } from './public-address.js';

export interface AddressRules {
  schemes: readonly ('http' | 'https')[];
  ports: readonly number[];
  /** Networks besides those that the operator allows for everybody. */
  alsoAllowed?: readonly AllowedNetwork[];
}

/** An address that may be called, and where it leads: to these and nowhere else. */
export interface JudgedAddress {
  url: URL;
  addresses: string[];
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Judges addresses that callers give us, before they are stored and again before every call. The name is resolved
 * here, and refused unless all its addresses are public. The caller of `judge` connects to the addresses it returns:
 * a name that is resolved a second time may lead elsewhere by then.
 *
 * Networks that the operator allows are exempt from the range, the scheme and the port.
 */
@Injectable()
export class AddressGuard {
  constructor(
    private readonly settings: OutboundSettings,
    private readonly resolver: NameResolver,
  ) {}

  async judge(address: string, rules: AddressRules): Promise<JudgedAddress> {
    const url = URL.canParse(address) ? new URL(address) : refused('is not a URL');
    const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
    if (port === undefined) return refused('must begin with https:// or http://');
    if (url.username !== '' || url.password !== '')
      return refused('must not contain a user name or password');
    const addresses = await this.addressesOf(url.hostname);
    const isOwn = (found: string): boolean =>
      isAllowed([...this.settings.allowed, ...(rules.alsoAllowed ?? [])], found, port);
    if (addresses.every(isOwn)) return { url, addresses };
    if (!addresses.every((found) => isPublicAddress(found) || isOwn(found))) {
      return refused('does not lead to the public internet');
    }
    if (!rules.schemes.some((scheme) => url.protocol === `${scheme}:`)) {
      return refused(`must begin with ${rules.schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
    }
    if (!rules.ports.includes(port)) return refused(`must use port ${rules.ports.join(' or ')}`);
    return { url, addresses };
  }

  /** URL has already turned 0x7f.1 and 2130706433 into 127.0.0.1, and everything else into a name. */
  private async addressesOf(hostname: string): Promise<string[]> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0) return [host];
    const addresses = await this.resolver.resolve(host).catch((error: unknown) => {
      throw new OutboundError('name_not_found', error);
    });
    if (addresses.length === 0) throw new OutboundError('name_not_found');
    return addresses;
  }
}

function refused(why: string): never {
  throw new DomainError('rule', 'address_not_allowed', `This address is not allowed: it ${why}.`);
}
