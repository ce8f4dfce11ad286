import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DelayedError,
  type Job,
  type JobsOptions,
  Queue,
  UnrecoverableError,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { type QueueTarget, queueTarget } from '../../../src/platform/queue/queue-connection.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { redisInstalled, startRedis, type TestRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

/** What we build on, on whichever backend: a difference between the two shows here first. */
const backends: ['postgres' | 'redis'][] = redisInstalled() ? [['postgres'], ['redis']] : [['postgres']];

describe.each(backends)('the queue on %s', (backend) => {
  let database: TestDatabase;
  let redis: TestRedis | undefined;
  let shared: QueueTarget;
  const open: (Queue | Worker)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    if (backend === 'redis') redis = await startRedis();
    shared = queueTarget(database.url, redis?.url);
  });
  afterEach(async () => {
    for (const item of open.splice(0).reverse()) await item.close();
  });
  afterAll(async () => {
    await shared.end();
    await database.drop();
    await redis?.stop();
  });

  function target() {
    return shared.connection;
  }
  function queue(): Queue {
    const made = new Queue(`q-${randomUUID()}`, { connection: target() });
    // The database drops idle connections at the end of the test; that is expected.
    made.on('error', () => undefined);
    open.push(made);
    return made;
  }
  function worker(
    of: Queue,
    work: (job: Job, token?: string) => Promise<unknown>,
    options: Partial<WorkerOptions> = {},
  ): Worker {
    const made = new Worker(of.name, work, { connection: target(), ...options });
    made.on('error', () => undefined);
    open.push(made);
    return made;
  }
  const names = (jobs: Job[]): string[] => jobs.map((job) => job.name);

  it('works off every job of a bulk once, with several workers', async () => {
    const jobs = queue();
    const done: string[] = [];
    const work = (job: Job): Promise<void> => Promise.resolve(void done.push(job.name));
    worker(jobs, work, { concurrency: 5 });
    worker(jobs, work, { concurrency: 5 });
    await jobs.addBulk(Array.from({ length: 200 }, (_, n) => ({ name: `j${n}`, data: {} })));
    await until(
      () => done.length,
      (count) => count >= 200,
    );
    expect(new Set(done).size).toBe(200);
    expect(done).toHaveLength(200);
  });

  it('accepts a job id once, and again when the job is gone', async () => {
    const jobs = queue();
    const options: JobsOptions = { jobId: 'slice-1', removeOnComplete: true };
    await Promise.all(Array.from({ length: 5 }, () => jobs.add('slice', {}, options)));
    expect(await jobs.getJobCountByTypes('waiting')).toBe(1);
    let runs = 0;
    worker(jobs, () => {
      runs++;
      return Promise.resolve();
    });
    await until(
      () => runs,
      (count) => count === 1,
    );
    await until(
      () => jobs.getJob('slice-1'),
      (job) => !job,
    );
    await jobs.add('slice', {}, options);
    await until(
      () => runs,
      (count) => count === 2,
    );
  });

  it('keeps a delayed job back until its time', async () => {
    const jobs = queue();
    const begun = performance.now();
    await jobs.add('later', {}, { delay: 400 });
    let ranAfter = 0;
    worker(jobs, () => Promise.resolve(void (ranAfter = performance.now() - begun)));
    await until(
      () => ranAfter,
      (ms) => ms > 0,
    );
    expect(ranAfter).toBeGreaterThanOrEqual(395);
  });

  it('runs more urgent jobs first', async () => {
    const jobs = queue();
    for (const priority of [9, 1, 5]) await jobs.add(`p${priority}`, {}, { priority });
    const order: Job[] = [];
    worker(jobs, (job) => Promise.resolve(void order.push(job)), { concurrency: 1 });
    await until(
      () => order.length,
      (count) => count === 3,
    );
    expect(names(order)).toEqual(['p1', 'p5', 'p9']);
  });

  it('retries a failed job with a growing wait, and an unrecoverable one not at all', async () => {
    const jobs = queue();
    const tries: number[] = [];
    let hopeless = 0;
    worker(jobs, (job) => {
      if (job.name === 'hopeless') {
        hopeless++;
        throw new UnrecoverableError('no');
      }
      tries.push(performance.now());
      if (tries.length < 3) throw new Error('not yet');
      return Promise.resolve();
    });
    const options: JobsOptions = { attempts: 4, backoff: { type: 'exponential', delay: 60 } };
    await jobs.add('hopeless', {}, options);
    await jobs.add('flaky', {}, options);
    await until(
      () => tries.length,
      (count) => count === 3,
    );
    const [first = 0, second = 0, third = 0] = tries;
    expect(second - first).toBeGreaterThanOrEqual(55);
    expect(third - second).toBeGreaterThanOrEqual(115);
    expect(hopeless).toBe(1);
  });

  it('lets a job put itself off without using up an attempt', async () => {
    const jobs = queue();
    const seen: number[] = [];
    worker(jobs, async (job, token) => {
      seen.push(job.attemptsMade);
      if (seen.length < 3) {
        await job.moveToDelayed(Date.now() + 30, token);
        throw new DelayedError();
      }
    });
    await jobs.add('patient', {}, { attempts: 1 });
    await until(
      () => seen.length,
      (count) => count === 3,
    );
    await until(
      () => jobs.getJobCounts('failed', 'delayed', 'active'),
      (counts) => Object.values(counts).every((n) => n === 0),
    );
    expect(seen).toEqual([0, 0, 0]);
  });

  it('gives the job of a worker that died to another one', async () => {
    const jobs = queue();
    const stall = { lockDuration: 500, stalledInterval: 300, maxStalledCount: 3 };
    let begun = 0;
    const dying = worker(jobs, () => (begun++, new Promise(() => undefined)), stall);
    await jobs.add('orphan', {});
    await until(
      () => begun,
      (count) => count === 1,
    );
    // The lock is no longer renewed, as after kill -9.
    await dying.close(true);
    open.splice(open.indexOf(dying), 1);
    let saved = 0;
    const save = () => {
      saved++;
      return Promise.resolve();
    };
    worker(jobs, save, stall);
    await until(
      () => saved,
      (count) => count === 1,
    );
  });

  it('finishes what it runs before it closes', async () => {
    const jobs = queue();
    let finish: (() => void) | undefined;
    let finished = false;
    const busy = worker(jobs, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      finished = true;
    });
    await jobs.add('long', {});
    await until(() => finish !== undefined, Boolean);
    const closing = busy.close();
    finish?.();
    await closing;
    expect(finished).toBe(true);
  });
});
