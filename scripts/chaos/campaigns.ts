import type { Api } from './api.ts';

/** Numbers with this prefix never get a message: 131026, every time. */
export const DEAF_PREFIX = '+9197';
const HEARING_PREFIX = '+9198';
const DEAF_EVERY = 200;
/** The share of recipients in both campaigns. */
const SHARED = 0.05;

export interface ChaosCampaign {
  id: string;
  /** Tells its messages apart at the simulator, without trusting anything that we wrote into them. */
  template: string;
  phones: string[];
}

function phoneOf(index: number): string {
  return `${index % DEAF_EVERY === 0 ? DEAF_PREFIX : HEARING_PREFIX}${String(index).padStart(8, '0')}`;
}

/** Splits the recipients into halves, one per campaign; some are in both. */
export function peopleOf(recipients: number): [string[], string[]] {
  const half = Math.ceil(recipients / 2);
  const shared = Math.floor(recipients * SHARED);
  const phones = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => phoneOf(from + index));
  return [phones(0, half), phones(half - shared, recipients - half)];
}

/** One campaign on each API, of different priority. Both are running when this resolves. */
export async function startCampaigns(api: Api, recipients: number): Promise<ChaosCampaign[]> {
  const [first, second] = peopleOf(recipients);
  const urgent = await startOnWhatsappFace(api, first);
  const patient = await startOnMarketingFace(api, second);
  return [urgent, patient];
}

async function startOnWhatsappFace(api: Api, phones: string[]): Promise<ChaosCampaign> {
  const template = 'new_year_promo';
  const { id } = await api.post<{ id: string }>('/api/whatsapp/campaigns', {
    name: 'Urgent',
    templateName: template,
    priority: 1,
    rateLimit: null,
    dailySendLimit: null,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
  });
  await api.post(`/api/whatsapp/campaigns/${id}/send`);
  return { id, template, phones };
}

async function startOnMarketingFace(api: Api, phones: string[]): Promise<ChaosCampaign> {
  const template = 'black_friday_promo';
  const { now } = await api.get<{ now: string }>('/api/dev/clock');
  const { id } = await api.post<{ id: string }>('/api/marketing/campaigns', {
    name: 'Patient',
    template_name: template,
    priority: 5,
    daily_send_limit: null,
  });
  await api.post(`/api/marketing/campaigns/${id}/recipients`, { phone_numbers: phones });
  await api.post(`/api/marketing/campaigns/${id}/activate?start_date=${now.slice(0, 10)}`);
  await api.post('/api/marketing/process-daily');
  return { id, template, phones };
}

/** The simulator's bad day. */
export function badDay(seed: number): unknown {
  return {
    seed,
    rates: { delivery: 0.97, skipDelivered: 0.02, read: 0.5, reply: 0.05, stop: 0.002 },
    delaysMs: {
      sent: { min: 10, max: 300 },
      delivered: { min: 100, max: 1_000 },
      read: { min: 200, max: 2_000 },
      reply: { min: 200, max: 1_000 },
    },
    errors: [
      { code: 131026, numbers: [`${DEAF_PREFIX}*`] },
      { code: 131026, share: 0.02 },
      { code: 131000, when: 'answer-after-accepting', share: 0.01 },
    ],
    dropConnection: { share: 0.02 },
    // We cannot tell these from the ones above, so they have to stay in doubt for a day.
    dropBeforeAccepting: { share: 0.004 },
    // Long enough for a kill to find answers still to come, and for some statuses to come before their answer.
    latencyMs: { min: 5, max: 60 },
    duplicates: 0.1,
    shuffle: { windowMs: 500 },
    webhookBatch: { size: 20, maxWaitMs: 100, shape: 'statuses' },
    webhookRetry: { attempts: 1_000, firstDelayMs: 200, maxDelayMs: 2_000 },
  };
}
