import { Injectable } from '@nestjs/common';
import { type AddressRules, AddressGuard } from '../../platform/outbound/address-guard.service.js';
import { parseAllowedNetworks } from '../../platform/outbound/allowed-networks.js';
import { OutboundError } from '../../platform/outbound/outbound-error.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { NotificationSettings } from '../notification-settings.js';

const PRIVATE_NETWORKS = parseAllowedNetworks(
  '127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7',
);
const PUBLIC_ONLY: AddressRules = { schemes: ['https'], ports: [443, 8443] };
const PRIVATE_TOO: AddressRules = {
  schemes: ['https', 'http'],
  ports: [80, 443, 8443],
  alsoAllowed: PRIVATE_NETWORKS,
};

const LONGEST_NAME = 253;

/** Where an endpoint may be. Judged when it is saved, and again at every attempt. */
@Injectable()
export class EndpointAddress {
  readonly rules: AddressRules;

  constructor(
    private readonly guard: AddressGuard,
    settings: NotificationSettings,
  ) {
    this.rules = settings.allowPrivate ? PRIVATE_TOO : PUBLIC_ONLY;
  }

  async assertAllowed(url: string): Promise<void> {
    try {
      await this.guard.judge(url, this.rules);
    } catch (error) {
      // A name may come to life later; where it leads is judged before each call.
      if (error instanceof OutboundError) this.assertForm(url);
      else throw error instanceof DomainError ? notAllowed(error.message) : error;
    }
  }

  private assertForm(url: string): void {
    const { protocol, port, hostname } = new URL(url);
    if (hostname.length > LONGEST_NAME)
      throw notAllowed('This address is not allowed: its host name is too long.');
    if (this.rules.alsoAllowed !== undefined) return;
    if (protocol !== 'https:' || (port !== '' && !this.rules.ports.includes(Number(port)))) {
      throw notAllowed('This address is not allowed: it must begin with https:// and use port 443 or 8443.');
    }
  }
}

function notAllowed(detail: string): DomainError {
  return new DomainError('rule', 'url_not_allowed', detail, { errors: [{ field: 'url', message: detail }] });
}
