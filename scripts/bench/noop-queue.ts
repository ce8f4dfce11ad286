import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import type { queueTarget as QueueTargetOf } from '../../src/platform/queue/queue-connection.js';

// The queue and nothing else: jobs that do nothing, added and processed at the same time, on the product's own
// connection to it. DATABASE_URL and REDIS_URL as for the product.
const PORTION = 1_000;
const CONCURRENCY = 50;
const NAME = 'bench-noop';

const { queueTarget } = (await import(
  join(import.meta.dirname, '..', '..', 'dist', 'src', 'platform', 'queue', 'queue-connection.js')
)) as { queueTarget: typeof QueueTargetOf };
const target = queueTarget(process.env.DATABASE_URL ?? '', process.env.REDIS_URL);

process.once('message', ({ jobs }: { jobs: number }) => void run(jobs));
process.once('disconnect', () => process.exit(0));
process.send?.({ type: 'ready', backend: target.backend });

async function run(jobs: number): Promise<void> {
  const queue = new Queue(NAME, {
    connection: target.connection,
    defaultJobOptions: { removeOnComplete: true },
    streams: { events: { maxLen: 1_000 } },
  });
  const begun = performance.now();
  let done = 0;
  const worker = new Worker(
    NAME,
    () => {
      done += 1;
      if (done === jobs) process.send?.({ type: 'done', seconds: (performance.now() - begun) / 1000 });
      return Promise.resolve();
    },
    { connection: target.connection, concurrency: CONCURRENCY },
  );
  worker.on('error', (error) => {
    console.error(error);
  });
  for (let from = 0; from < jobs; from += PORTION) {
    const size = Math.min(PORTION, jobs - from);
    await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: 'noop', data: { n: from + n } })));
  }
}
