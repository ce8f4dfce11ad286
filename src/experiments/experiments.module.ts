import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { EvaluationRound } from './evaluation-round.service.js';
import { ExperimentEvaluations } from './evaluations.service.js';
import { ExperimentResultsController } from './experiment-results.controller.js';
import { ExperimentResultsReader } from './experiment-results.service.js';
import { LookRetention } from './look-retention.service.js';
import { SampleSizesController } from './sample-sizes.controller.js';
import { Verdicts } from './verdicts.service.js';

/** What A/B experiments say, and what follows from it. */
@Module({})
export class ExperimentsModule {
  static readonly for = perRole(
    () => ExperimentsModule,
    ({ inApi, inWorker, role }) => ({
      imports: [CampaignsModule.for(role), ...inWorker(TimetableModule)],
      controllers: inApi(ExperimentResultsController, SampleSizesController),
      providers: [
        ExperimentEvaluations,
        Verdicts,
        ...inApi(ExperimentResultsReader),
        ...inWorker(EvaluationRound, LookRetention),
      ],
    }),
  );
}
