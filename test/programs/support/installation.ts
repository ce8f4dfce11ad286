import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { stopCluster } from '../../../scripts/launcher/cluster.ts';
import { writeFixtureApp } from './fixture-app.ts';
import { processesBelow } from './processes-below.ts';
import { quietPort } from './quiet-port.ts';
import { scratchFolder, type ScratchFolder } from './scratch-folder.ts';
import { StartedCommand } from './started-command.ts';
import { until } from '../../support/until.ts';

/**
 * A data directory and an application that can be started on it any number of times. Nothing of it is left at the
 * end.
 */
export class Installation {
  readonly dataDir: string;
  readonly port: number;
  private readonly scratch: ScratchFolder;
  private readonly commands: StartedCommand[] = [];

  private constructor(scratch: ScratchFolder, port: number) {
    this.scratch = scratch;
    this.dataDir = join(scratch.path, 'data');
    this.port = port;
    writeFixtureApp(this.dist);
  }

  static async create(): Promise<Installation> {
    return new Installation(scratchFolder(), await quietPort());
  }

  get folder(): string {
    return this.scratch.path;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private get dist(): string {
    return join(this.folder, 'dist');
  }

  run(env: NodeJS.ProcessEnv = {}, script?: string): StartedCommand {
    const common = { DRUMBEAT_DIST: this.dist, DATA_DIR: this.dataDir, PORT: String(this.port) };
    const command = new StartedCommand({ ...common, ...env }, script);
    this.commands.push(command);
    return command;
  }

  async start(env?: NodeJS.ProcessEnv): Promise<StartedCommand> {
    const command = this.run(env);
    await command.ready();
    return command;
  }

  processes(): number[] {
    return processesBelow(this.folder);
  }

  postmasterPid(): number {
    const lockFile = readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    return Number(lockFile.split('\n')[0]);
  }

  /** An orderly stop of everything: in time and without an error. */
  async expectAllGone(command: StartedCommand): Promise<void> {
    const begun = performance.now();
    expect(await command.exit).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(this.processes()).toEqual([]);
    expect(existsSync(join(this.dataDir, 'run.json'))).toBe(false);
  }

  async remove(): Promise<void> {
    for (const command of this.commands) command.kill();
    await stopCluster(join(this.dataDir, 'postgres'), 'immediate');
    await until(() => this.processes().length === 0);
    this.scratch[Symbol.dispose]();
  }
}
