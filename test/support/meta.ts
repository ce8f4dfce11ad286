import { createSimulator } from '../../simulator/simulator.js';
import type { Clock } from '../../src/platform/clock/clock.js';

export interface TestMeta {
  url: string;
  /** The default sender of an application that works with this Meta. */
  env: Record<string, string>;
  simulator: ReturnType<typeof createSimulator>;
  close: () => Promise<void>;
}

/** The simulated Meta on a port of its own, inside the test. */
export async function startMeta(clock?: Clock): Promise<TestMeta> {
  const simulator = createSimulator({ port: 0 }, clock);
  const url = await simulator.listen();
  return {
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
    close: () => simulator.close(),
  };
}
