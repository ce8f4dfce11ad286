import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createLogger } from '../../../src/platform/logging/logger.js';
import {
  OutcomeRecorder,
  UNSTORED_OUTCOMES,
} from '../../../src/sending/outcomes/outcome-recorder.service.js';
import { DeliveryReports } from '../../../src/sending/outcomes/delivery-reports.service.js';
import { until } from '../../support/until.js';
import { Desk, report } from './delivery-reports-setup.js';

const desk = Desk.forThisFile();

function recorder(): { recorder: OutcomeRecorder; logs: string[] } {
  const logs: string[] = [];
  const logger = createLogger('info', { write: (line) => void logs.push(line) });
  const { config } = desk.app;
  const made = new OutcomeRecorder(desk.database, desk.service(DeliveryReports), config, logger);
  return { recorder: made, logs };
}

/** What a failover leaves behind: the connections are cut, and the new ones lead to a read-only server. */
async function setReadOnly(value: 'on' | 'off'): Promise<void> {
  const client = new pg.Client({
    connectionString: desk.app.config.databaseUrl,
    options: '-c default_transaction_read_only=off',
  });
  await client.connect();
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  await client.query(`ALTER DATABASE ${rows[0]?.name ?? ''} SET default_transaction_read_only = ${value}`);
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
}

async function inFlight(count: number): Promise<string[]> {
  const shop = await desk.shop();
  return desk.sending(shop, await desk.campaign(shop), count);
}

describe('outcomes while the database is read-only', () => {
  it('wait, and every one is stored afterwards', async () => {
    const ids = await inFlight(20);
    const { recorder: outcomes, logs } = recorder();
    await setReadOnly('on');
    const stored = Promise.all(ids.map((id) => outcomes.record(report(id, 'accepted'))));
    await until(
      () => logs.join(''),
      (text) => text.includes('waiting for the database'),
    );
    await setReadOnly('off');
    await stored;
    for (const id of ids) expect((await desk.recipient(id)).status).toBe('sent');
    expect(logs.join('')).not.toContain('could not store outcome');
  });
});

describe('an outcome that no row takes', () => {
  it('stands alone, and is kept in the data directory with all that Meta said', async () => {
    const [first = '', second = ''] = await inFlight(2);
    const { recorder: outcomes } = recorder();
    const bad = { ...report(first, 'accepted'), recipientId: 'not-a-uuid', messageId: 'wamid.kept' };
    await Promise.all([outcomes.record(bad), outcomes.record(report(second, 'accepted'))]);
    expect((await desk.recipient(second)).status).toBe('sent');
    const file = join(desk.app.config.dataDir, UNSTORED_OUTCOMES);
    expect(existsSync(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8').trim())).toMatchObject({ recipientId: 'not-a-uuid' });
  });
});
