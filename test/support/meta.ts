import { Business, phoneNumber } from '../../simulator/business.js';
import { createSimulator, type Simulator } from '../../simulator/simulator.js';
import type { Clock } from '../../src/platform/clock/clock.js';

export interface TestMeta {
  url: string;
  /** The default sender of an application that works with this Meta. */
  env: Record<string, string>;
  simulator: Simulator;
  /** Answers selected requests instead of the simulator. */
  intercept: ((url: string) => { status: number; body: string } | undefined) | undefined;
  /** From now on this token may use the number, and no other token may. */
  knows: (accessToken: string, about: KnownNumber) => void;
  close: () => Promise<void>;
}

export interface KnownNumber {
  phoneNumberId: string;
  businessAccountId?: string;
}

let next = 1;

/** The business with this token gets the number; it is added if there is none, with an account of its own. */
export function makeKnown(
  { state: { businesses } }: Simulator,
  accessToken: string,
  { phoneNumberId, businessAccountId }: KnownNumber,
): void {
  const displayPhoneNumber = `+1 555 ${phoneNumberId.slice(-7)}`;
  const known = businesses.ofToken(accessToken);
  if (known !== undefined) {
    if (businessAccountId !== undefined && businessAccountId !== known.wabaId)
      throw new Error(`${accessToken} is the token of another account`);
    known.add(phoneNumber(phoneNumberId, displayPhoneNumber));
    return;
  }
  const wabaId = businessAccountId ?? `900000000000${next++}`;
  const ids = { phoneNumberId, wabaId, businessId: `8${wabaId}` };
  businesses.add(new Business({ accessToken, displayPhoneNumber, ...ids }));
}

/** The simulated Meta on a port of its own, inside the test. */
export async function startMeta(clock?: Clock): Promise<TestMeta> {
  const simulator = createSimulator({ port: 0 }, clock);
  const intercepting: Pick<TestMeta, 'intercept'> = { intercept: undefined };
  simulator.app.addHook('onRequest', async (request, reply) => {
    const answer = intercepting.intercept?.(request.originalUrl);
    if (answer !== undefined) await reply.code(answer.status).send(answer.body);
  });
  const url = await simulator.listen();
  return Object.assign(intercepting, {
    url,
    simulator,
    env: {
      WHATSAPP_API_URL: url,
      WHATSAPP_ACCESS_TOKEN: 'simulator-token',
      WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
      WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
      WHATSAPP_APP_SECRET: 'simulator-secret',
      META_BUSINESS_ID: '506914307656634',
    },
    knows: (accessToken: string, about: KnownNumber) => {
      makeKnown(simulator, accessToken, about);
    },
    close: () => simulator.close(),
  });
}
