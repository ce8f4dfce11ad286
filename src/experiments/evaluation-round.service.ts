import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { Timetable } from '../platform/timetable/timetable.js';
import { ExperimentEvaluations } from './evaluations.service.js';
import { type DueExperiment, dueExperiments } from './looks.queries.js';
import { GUARDRAIL_WINDOW_MS } from './observed.js';
import { Verdicts } from './verdicts.service.js';

const BITE = 100;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Looks at every experiment once an hour, until the time of its last person is over. */
@Injectable()
export class EvaluationRound implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly evaluations: ExperimentEvaluations,
    private readonly verdicts: Verdicts,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'evaluate-experiments',
      expression: '7 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.run(),
    });
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    const endedSince = new Date(now.getTime() - 2 * GUARDRAIL_WINDOW_MS);
    let after = FIRST_ID;
    for (let bite = BITE; bite === BITE;) {
      const due = await dueExperiments(this.database.manager, { after, endedSince, limit: BITE });
      for (const one of due) {
        // One that fails is looked at again in an hour; the others must not wait for it.
        await this.look(one).catch((error: unknown) => {
          this.logger.error({ err: error, campaignId: one.campaignId }, 'could not evaluate an experiment');
        });
      }
      bite = due.length;
      after = due.at(-1)?.campaignId ?? after;
    }
  }

  private async look({ organizationId, campaignId, isStale }: DueExperiment): Promise<void> {
    await this.evaluations.evaluate(organizationId, campaignId);
    if (isStale) await this.verdicts.finish(campaignId);
  }
}
