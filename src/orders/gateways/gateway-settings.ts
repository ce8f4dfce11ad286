import { type Environment, type Parse, refuse, url } from '../../platform/config/environment.js';

/** Where the gateways answer: origins, because each client knows its own paths. */
export abstract class GatewaySettings {
  abstract readonly razorpayUrl: string;
  abstract readonly payuUrl: string;
}

const webAddress = url(['http:', 'https:']);

const origin: Parse<string> = (text) => {
  const address = new URL(webAddress(text));
  const isBare = address.pathname === '/' && address.search === '' && address.hash === '';
  if (!isBare || address.username !== '')
    refuse('must be an origin without a path, as in https://api.razorpay.com');
  return address.origin;
};

/** While Meta is simulated, its simulator also plays the gateways: no test may reach a real one. */
export function readGatewaySettings(
  environment: Environment,
  { simulatorUrl }: { simulatorUrl: string | undefined },
): GatewaySettings {
  const simulator = simulatorUrl === undefined ? undefined : new URL(simulatorUrl).origin;
  return {
    razorpayUrl: environment.read('RAZORPAY_API_URL', origin) ?? simulator ?? 'https://api.razorpay.com',
    payuUrl: environment.read('PAYU_API_URL', origin) ?? simulator ?? 'https://info.payu.in',
  };
}
