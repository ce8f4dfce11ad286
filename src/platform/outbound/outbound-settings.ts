import type { Environment } from '../config/environment.js';
import { type AllowedNetwork, parseAllowedNetworks } from './allowed-networks.js';

/** What the operator says about calls to addresses that callers name. */
export abstract class OutboundSettings {
  /** Networks of the operator's own that such addresses may lead to. None by default. */
  abstract readonly allowed: readonly AllowedNetwork[];
}

export function readOutboundSettings(environment: Environment): OutboundSettings {
  return { allowed: environment.read('OUTBOUND_ALLOW', parseAllowedNetworks) ?? [] };
}
