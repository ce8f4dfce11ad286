import type pg from 'pg';
import type { Api } from './api.ts';
import type { Benchmark } from './benchmark.ts';
import { database } from './circumstances.ts';
import { Installation } from './installation.ts';
import { createCampaign, fill } from './recipients.ts';
import { atMost, median } from './report.ts';
import { setMessagingLimit } from './sender.ts';
import { until } from './until.ts';

const CAMPAIGNS = '/api/whatsapp/campaigns';
const AT_ONCE = 24;
const REPEATED = 5;
/** Of the campaign that is paused while it sends. */
const SENT = 3_000;
/** Nothing is due before, so what is measured is the command alone. */
const LATER = new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000).toISOString();

interface Figures {
  name: string;
  /** Until the answer, the median of several. */
  ms: number;
  longestMs: number;
  rowsWritten: number;
}

/**
 * The commands of a small campaign, alone and beside one with a million waiting recipients, and the same commands on the
 * large one. What others wait for meanwhile is measured by a request that has nothing to do with them.
 */
export const commandsBenchmark: Benchmark = {
  name: 'commands',
  rows: 1_000_000,
  async run(run) {
    const { workshop, rows } = run;
    const installation = await Installation.open(run);
    const { client } = installation;
    const { api } = await installation.startProduct('all');
    await setMessagingLimit(installation, api, 'TIER_100K');
    const bench = new Commands(client, api);

    const alone = await bench.all('alone');
    const stopAlone = await bench.stopping();
    const large = await createCampaign(api, { scheduledFor: LATER, dailySendLimit: 1_000 });
    await fill(client, 'campaign_recipients', large, rows);
    await client.query('VACUUM (ANALYZE) campaign_recipients');
    await client.query('CHECKPOINT');
    workshop.log(`planning ${rows} recipients`);
    await api.post(`${CAMPAIGNS}/${large}/send`);
    await bench.settled();
    const beside = await bench.all('beside');
    const stopBeside = await bench.stopping();
    const own = await bench.adding('in the large one', large);
    const crowd = await bench.crowd(large);
    for (const figures of [...alone, ...beside, ...own]) workshop.log(JSON.stringify(figures));

    const [one] = own;
    if (one === undefined) throw new Error('nothing was measured');
    return {
      rows,
      product: { what: 'commands, until the answer', alone, beside, own, crowd, stopAlone, stopBeside },
      beside: undefined,
      ratio: undefined,
      goals: [
        atMost('add one to the large campaign, ms', 50, one.ms),
        atMost('add one to the large campaign, rows written', 50, one.rowsWritten),
        atMost('pause beside the large campaign, ms', 50, find(beside, 'pause').ms),
        atMost('until nothing more goes out after a pause, ms', 2_000, stopBeside.lastMessageMs),
        atMost('longest wait of a request beside 24 commands at once, ms', 1_000, crowd.longestOfOthersMs),
      ],
      details: await database(client),
    };
  },
};

const find = (figures: readonly Figures[], name: string): Figures => {
  const found = figures.find((one) => one.name.endsWith(name));
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
};

class Commands {
  private readonly client: pg.ClientBase;
  private readonly api: Api;
  private next = 0;

  constructor(client: pg.ClientBase, api: Api) {
    this.client = client;
    this.api = api;
  }

  /** Each command on campaigns of 50, one at a time. */
  async all(where: string): Promise<Figures[]> {
    const ids: string[] = [];
    for (let n = 0; n < REPEATED; n += 1) ids.push(await this.waiting());
    const named = (name: string): string => `${where}: ${name}`;
    const command = (word: string) => (id: string) => this.api.post(`${CAMPAIGNS}/${id}/${word}`);
    const first = ids[0] ?? '';
    const started = await this.measure(named('start'), ids, command('send'));
    const added = await this.adding(where, first);
    // Only a running campaign can be paused.
    await this.begin(ids);
    return [
      await this.measure(named('read, for comparison'), ids, (id) => this.api.get(`${CAMPAIGNS}/${id}`)),
      started,
      ...added,
      await this.measure(named('pause'), ids, command('pause')),
      await this.measure(named('resume'), ids, command('resume')),
      await this.measure(named('delete'), ids, (id) => this.api.send('DELETE', `${CAMPAIGNS}/${id}`)),
    ];
  }

  async adding(where: string, id: string): Promise<Figures[]> {
    const again = Array.from({ length: REPEATED }, () => id);
    return [
      await this.measure(`${where}: add one`, again, () => this.add(id, 1)),
      await this.measure(`${where}: add 100`, again, () => this.add(id, 100)),
    ];
  }

  /** A person added to the large campaign by 24 callers at once, while another caller reads. */
  async crowd(id: string) {
    const crowd = { isThere: true };
    const waits: number[] = [];
    const reading = (async () => {
      while (crowd.isThere) waits.push((await timed(() => this.api.get(`${CAMPAIGNS}?limit=5`))).ms);
    })();
    const added = await Promise.all(Array.from({ length: AT_ONCE }, () => timed(() => this.add(id, 1))));
    const drafts: string[] = [];
    for (let n = 0; n < AT_ONCE; n += 1) drafts.push(await this.waiting());
    const started = await Promise.all(
      drafts.map((one) => timed(() => this.api.post(`${CAMPAIGNS}/${one}/send`))),
    );
    crowd.isThere = false;
    await reading;
    const settling = await timed(() => this.settled());
    return {
      addedMs: median(added.map(({ ms }) => ms)),
      longestAddedMs: Math.max(...added.map(({ ms }) => ms)),
      startedMs: median(started.map(({ ms }) => ms)),
      longestStartedMs: Math.max(...started.map(({ ms }) => ms)),
      longestOfOthersMs: Math.max(...waits),
      plansSettledMs: settling.ms,
    };
  }

  /** A campaign is paused while it sends: when its last message begins, counted from the request. */
  async stopping(): Promise<{ answerMs: number; lastMessageMs: number }> {
    const id = await createCampaign(this.api);
    await this.add(id, SENT);
    await this.api.post(`${CAMPAIGNS}/${id}/send`);
    const stateOf = async () => {
      const { rows } = await this.client.query<{ sent: number; open: number; last: Date | null }>(
        `SELECT count(*) FILTER (WHERE attempts > 0)::int AS sent, max(attempted_at) AS last,
                count(*) FILTER (WHERE status IN ('queued', 'sending'))::int AS open
           FROM campaign_recipients WHERE campaign_id = $1`,
        [id],
      );
      return rows[0] ?? { sent: 0, open: 0, last: null };
    };
    const patience = { everyMs: 20, patienceMs: 60_000 };
    await until(stateOf, ({ sent }) => sent > SENT / 20, patience);
    const asked = Date.now();
    const { ms } = await timed(() => this.api.post(`${CAMPAIGNS}/${id}/pause`));
    const { last } = await until(stateOf, ({ open }) => open === 0, patience);
    return { answerMs: ms, lastMessageMs: Math.max(0, (last?.getTime() ?? asked) - asked) };
  }

  /** Until the plans that follow from commands are made. */
  async settled(): Promise<void> {
    await until(
      async () => {
        const { rowCount } = await this.client.query(
          'SELECT 1 FROM marketing_campaigns WHERE plan_due IS NOT NULL',
        );
        return rowCount;
      },
      (due) => due === 0,
      { everyMs: 50, patienceMs: 300_000 },
    );
  }

  private async measure(
    name: string,
    ids: readonly string[],
    work: (id: string) => Promise<unknown>,
  ): Promise<Figures> {
    const times: number[] = [];
    let rowsWritten = 0;
    for (const id of ids) {
      await this.settled();
      const before = await this.transaction();
      times.push((await timed(() => work(id))).ms);
      rowsWritten = Math.max(rowsWritten, await this.writtenSince(before));
    }
    return { name, ms: median(times), longestMs: Math.max(...times), rowsWritten };
  }

  /** A draft with 50 recipients that is not due for a long time once it is started. */
  private async waiting(): Promise<string> {
    const id = await createCampaign(this.api, { scheduledFor: LATER });
    await this.add(id, 50);
    return id;
  }

  /** As if they had been activated for that day: running, with nothing due. */
  private async begin(ids: readonly string[]): Promise<void> {
    await this.client.query(
      `UPDATE marketing_campaigns SET status = 'active', start_date = $2 WHERE id = ANY($1)`,
      [ids, LATER.slice(0, 10)],
    );
  }

  private add(id: string, count: number): Promise<unknown> {
    const recipients = Array.from({ length: count }, () => {
      const phoneNumber = `+49152${String(10_000_000 + this.next++)}`;
      return { phoneNumber, variables: { 1: 'Bali', 2: '₹45,000' } };
    });
    return this.api.post(`${CAMPAIGNS}/${id}/recipients`, { recipients });
  }

  private async transaction(): Promise<string> {
    const { rows } = await this.client.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    return rows[0]?.xid ?? '';
  }

  private async writtenSince(xid: string): Promise<number> {
    const tables = ['campaign_recipients', 'campaign_send_schedule', 'marketing_campaigns'];
    const counts = tables.map((table) => `SELECT count(*) AS n FROM ${table} WHERE xmin::text::bigint > $1`);
    const { rows } = await this.client.query<{ n: string }>(
      `SELECT sum(n) AS n FROM (${counts.join(' UNION ALL ')}) AS t`,
      [xid],
    );
    return Number(rows[0]?.n ?? 0);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, ms: performance.now() - begun };
}
