import { Missed, Patience } from '../patience.ts';
import { Random } from '../random.ts';
import { type Place, Stage } from '../stage.ts';
import type { CatalogChaosOptions } from './catalog-options.ts';
import { ChaosShop, type SyncRun } from './chaos-shop.ts';
import { judgeCatalog, judgeProcesses } from './judge-catalog.ts';

export interface CatalogChaosOutcome {
  findings: string[];
  kills: number;
  postgresRestarts: number;
  /** Where runs stood when something was killed. */
  phases: Record<string, number>;
  seconds: number;
}

interface ChaosRun extends Place {
  signal: AbortSignal;
  log: (line: string) => void;
}

/** A catalog is filled at Meta, then changed on both sides, while workers, APIs and PostgreSQL die under the runs. */
export async function runCatalogChaos(
  options: CatalogChaosOptions,
  { signal, log, ...place }: ChaosRun,
): Promise<CatalogChaosOutcome> {
  const begun = performance.now();
  const patience = new Patience({
    stallMs: options.stallSeconds * 1_000,
    totalMs: options.minutes * 60_000,
    signal,
  });
  const stage = new Stage(options, place, patience);
  try {
    await stage.open();
    const shop = new ChaosShop(stage, patience);
    const killing = new Killing(stage, shop, options, patience);
    const findings: string[] = [];
    const expected = { created: 0, updated: 0, deleted: 0, pulledCreated: 0, pulledUpdated: 0 };
    try {
      await shop.open(options.products);
      log(`${options.products} products: the first sync`);
      await killing.during(await shop.start(), 0.6);
      expected.created = options.products + Math.floor(options.products / 10);
      const { edited, deleted, pulled, made } = await shop.edit(options.products);
      Object.assign(expected, { updated: edited, deleted, pulledUpdated: pulled, pulledCreated: made });
      log(`${edited + deleted} changes here and ${pulled + made} at Meta: the second sync`);
      await killing.during(await shop.start(), 1);
      log('a last sync in peace');
      const last = await shop.ended((await shop.start()).id);
      if (last.status !== 'completed')
        findings.push(`the last run is ${last.status}: ${last.failureReason ?? ''}`);
      findings.push(...recount(await shop.runs(), expected));
    } catch (error) {
      if (!(error instanceof Missed)) throw error;
      findings.push(error.message);
    }
    findings.push(...(await judgeCatalog(stage, shop.id)), ...judgeProcesses(stage.api, stage.accidents));
    const { kills, postgresRestarts, phases } = killing;
    return { findings, kills, postgresRestarts, phases, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await stage.close();
  }
}

/** All runs together have done each thing once, however often their workers died. */
function recount(runs: readonly SyncRun[], expected: Readonly<Record<string, number>>): string[] {
  return Object.entries(expected).flatMap(([count, wanted]) => {
    const sum = runs.reduce((total, run) => total + Number(run[count as keyof SyncRun]), 0);
    return sum === wanted ? [] : [`${count}: the runs count ${sum}, there were ${wanted}`];
  });
}

class Killing {
  kills = 0;
  postgresRestarts = 0;
  readonly phases: Record<string, number> = {};
  private readonly stage: Stage;
  private readonly shop: ChaosShop;
  private readonly options: CatalogChaosOptions;
  private readonly patience: Patience;
  private readonly random: Random;

  constructor(stage: Stage, shop: ChaosShop, options: CatalogChaosOptions, patience: Patience) {
    this.stage = stage;
    this.shop = shop;
    this.options = options;
    this.patience = patience;
    this.random = new Random(options.seed);
  }

  /** Kills until this share of all disasters has struck or the run has ended, and waits for its end. */
  async during({ id }: SyncRun, share: number): Promise<void> {
    const { kills, postgresRestarts } = this.options;
    for (;;) {
      await this.patience.pause(150 + this.random.roll() * 1_200);
      const { status, phase } = await this.shop.run(id);
      if (!['queued', 'running'].includes(status)) return;
      const struck = this.kills + this.postgresRestarts;
      if (struck >= share * (kills + postgresRestarts)) break;
      this.phases[phase] = (this.phases[phase] ?? 0) + 1;
      if (this.postgresRestarts < postgresRestarts && this.random.roll() < 0.2) await this.restartPostgres();
      else if (this.kills < kills) await this.kill();
      else await this.restartPostgres();
    }
    await this.shop.ended(id);
  }

  private async restartPostgres(): Promise<void> {
    this.postgresRestarts += 1;
    await this.stage.restartPostgres();
    await this.shop.letLeasesEnd();
  }

  /** All workers at once, so that none of them holds the run when its lease is made to end; or one API. */
  private async kill(): Promise<void> {
    this.kills += 1;
    const isApi = this.kills % 4 === 0;
    const named = this.stage.replicas.filter(
      ({ name, isAlive }) => isAlive && name.startsWith(isApi ? 'api' : 'worker'),
    );
    if (isApi) {
      this.random.pick(named)?.kill();
      return;
    }
    for (const worker of named) worker.kill();
    await this.shop.letLeasesEnd();
    await this.patience.until({
      what: 'a worker is up again',
      look: () =>
        Promise.resolve(
          this.stage.replicas.filter(({ name, url }) => name.startsWith('worker') && url).length,
        ),
      holds: (up) => up > 0,
    });
  }
}
