import type { BenchRun } from './benchmark.ts';
import { Installation, type RunningProduct } from './installation.ts';
import { createCampaign, fill } from './recipients.ts';
import { sendAtRate } from './sender.ts';
import { STATEMENT_SETTINGS } from './statements.ts';

interface PacedCampaign {
  installation: Installation;
  product: RunningProduct;
  id: string;
}

/**
 * A campaign ready to be sent from a number of this rate. Every recipient gets it and reads it, and one in a hundred
 * replies.
 */
export async function preparePacedCampaign(run: BenchRun, perSecond: number): Promise<PacedCampaign> {
  const { rows, profile, latencyMs } = run;
  const installation = await Installation.open(run, profile ? STATEMENT_SETTINGS : {});
  const { client } = installation;
  const product = await installation.startProduct('all');
  await sendAtRate(installation, product.api, perSecond);
  await installation.meta(
    '/simulator/scenario',
    {
      webhookUrl: `${product.url}/api/webhooks/whatsapp`,
      rates: { delivery: 1, skipDelivered: 0, read: 1, reply: 0.01, stop: 0 },
      latencyMs,
    },
    'PUT',
  );
  const id = await createCampaign(product.api);
  await fill(client, 'campaign_recipients', id, rows);
  await client.query('VACUUM (ANALYZE) campaign_recipients');
  await client.query('CHECKPOINT');
  return { installation, product, id };
}
