import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../platform/timetable/retention.js';
import { deleteOldLooks } from './looks.queries.js';

const BITE = 2_000;
/** Longer than the tests of most campaigns last. The last look of an experiment stays with it. */
const KEEP_DAYS = 90;

/** A test that is looked at every hour writes 24 looks a day; after a quarter of a year only its result matters. */
@Injectable()
export class LookRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-experiment-looks',
      expression: '47 3 * * *',
      days: () => KEEP_DAYS,
      purge: (tx, before) => deleteOldLooks(tx, before, BITE),
    });
  }
}
