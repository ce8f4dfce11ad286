import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Cron } from '../cron/cron.js';
import { IdempotencyService } from './idempotency.service.js';

/** Keys older than a day are of no use to anyone, and the answers in them may hold personal data. */
@Injectable()
export class IdempotencyPurge implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly idempotency: IdempotencyService,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'purge idempotency keys',
      expression: '17 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: async () => {
        while ((await this.idempotency.purge()) > 0);
      },
    });
  }
}
