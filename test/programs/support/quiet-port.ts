import { randomInt } from 'node:crypto';
import { freePort } from '../../../scripts/launcher/processes/ports.ts';

/**
 * A free port that stays free until the test uses it: below those that the system hands out to every outgoing
 * connection and every server that asks for any port.
 */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if ((await freePort(port)) === port) return port;
  }
}
