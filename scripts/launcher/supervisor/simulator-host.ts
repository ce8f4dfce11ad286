import { setTimeout as pause } from 'node:timers/promises';
import { exclusively } from '../processes/exclusive.mjs';
import { freePort, LOOPBACK, opened, vacated } from '../processes/ports.ts';
import { simulatorCredentials } from './generated-credentials.ts';
import { ManagedProcess } from './managed-process.ts';
import { liveRun, publishRun, withdrawRun, type Run } from './run-file.ts';
import type { Settings } from './settings.ts';
import { StartRefused } from './start-refused.ts';

interface SimulatorHostOptions {
  settings: Settings;
  script: string;
  /** What the simulator gets besides its own settings. */
  env: () => NodeJS.ProcessEnv;
  log: (line: string) => void;
}

const WATCH_MS = 1_000;
const POLL_MS = 25;
const NEIGHBOUR_PATIENCE_MS = 15_000;
const STOP_MS = 500;

/**
 * All supervisors on a data directory share one Meta simulator. The first one hosts it, until another arrives that
 * answers its webhooks where the first does not. When the host is gone, one of the others takes over.
 */
export class SimulatorHost {
  /** Undefined when this installation uses Meta. */
  url: string | undefined;
  credentials: Record<string, string> = {};

  private readonly options: SimulatorHostOptions;
  private simulator: ManagedProcess | undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(options: SimulatorHostOptions) {
    this.options = options;
  }

  /** `neighbour`: another supervisor is known to run on this data directory, or is about to. */
  async join(neighbour: boolean): Promise<void> {
    const { settings } = this.options;
    if (neighbour) await this.neighbourPublished();
    const hosts = await this.alone(async () => {
      const run = await liveRun(settings.dataDir);
      const shared = settings.mayJoinOthers ? run : undefined;
      if (settings.wantsSimulator) {
        this.url = await this.simulatorUrl(shared);
        this.credentials = await simulatorCredentials(settings.dataDir);
      }
      const servesItBetter = shared?.role === 'worker' && settings.role !== 'worker';
      if (run === undefined || (servesItBetter && this.url !== undefined)) await this.publish();
      return shared === undefined || this.isHost();
    });
    if (this.url === undefined || !hosts) return;
    // The former host is about to notice and stop its simulator.
    await vacated(portOf(this.url), NEIGHBOUR_PATIENCE_MS);
    this.run();
  }

  /** Resolves when the simulator answers, whichever supervisor hosts it. Rejects if ours cannot start. */
  async ready(): Promise<void> {
    if (this.url === undefined) return;
    await Promise.race([opened(portOf(this.url)), ...(this.simulator ? [this.simulator.failedStart] : [])]);
  }

  settled(): void {
    this.simulator?.settled();
    if (this.url === undefined || !this.options.settings.mayJoinOthers) return;
    this.watch = setInterval(() => void this.alone(() => this.checkHost()), WATCH_MS);
  }

  /** Applies a new environment. */
  restart(): void {
    this.simulator?.restart();
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    // Not while a check is under way that may start one.
    await this.alone(async () => {
      await this.simulator?.stop(STOP_MS);
      await withdrawRun(this.options.settings.dataDir);
    });
  }

  private async checkHost(): Promise<void> {
    if ((await liveRun(this.options.settings.dataDir)) === undefined) await this.publish();
    const host = await this.isHost();
    if (host && this.simulator === undefined) {
      this.options.log('The Meta simulator lost its host; running it here.');
      this.run().settled();
    } else if (!host && this.simulator !== undefined) {
      await this.simulator.stop(STOP_MS);
      this.simulator = undefined;
    }
  }

  private async neighbourPublished(): Promise<void> {
    const deadline = performance.now() + NEIGHBOUR_PATIENCE_MS;
    const { dataDir } = this.options.settings;
    while ((await liveRun(dataDir)) === undefined && performance.now() < deadline) await pause(POLL_MS);
  }

  private async simulatorUrl(run: Run | undefined): Promise<string> {
    const { settings } = this.options;
    if (run?.simulatorUrl === null) {
      throw new StartRefused(
        `Drumbeat on ${settings.dataDir} (${run.url}) sends through Meta: give this process the same WHATSAPP_ settings.`,
      );
    }
    return run?.simulatorUrl ?? `http://${LOOPBACK}:${await freePort(settings.port + 1)}`;
  }

  private run(): ManagedProcess {
    const { settings, script, env, log } = this.options;
    this.simulator = new ManagedProcess({
      name: 'The Meta simulator',
      script,
      env: () => ({
        ...env(),
        SIMULATOR_PORT: String(portOf(this.url ?? '')),
        SIMULATOR_WEBHOOK_URL: `${settings.url}/api/webhooks/whatsapp`,
      }),
      log,
    });
    this.simulator.start();
    return this.simulator;
  }

  private publish(): Promise<void> {
    const { role, url, dataDir } = this.options.settings;
    return publishRun(dataDir, { role, url, simulatorUrl: this.url ?? null });
  }

  private async isHost(): Promise<boolean> {
    return (await liveRun(this.options.settings.dataDir))?.pid === process.pid;
  }

  /** Two supervisors that find the place free at the same instant must not both take it. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return exclusively(`run ${this.options.settings.dataDir}`, work);
  }
}

const portOf = (url: string): number => Number(new URL(url).port);
