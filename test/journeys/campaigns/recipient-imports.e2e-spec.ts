import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { RecipientImportRetention } from '../../../src/recipients/imports/recipient-import-retention.service.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { WHATSAPP } from '../../support/engine.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { ADMIN_KEY, newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: meta.env });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const draft = async (): Promise<string> => {
  const { status, body } = await app.api.post(WHATSAPP, { name: 'Sale', templateName: 'new_year_promo' });
  expect(status).toBe(201);
  return body.id;
};
const pathOf = (campaign: string): string => `${WHATSAPP}/${campaign}/recipients`;
const send = (campaign: string, csv: string, query = '', as: ApiClient = app.api): Promise<Answer<any>> =>
  as.post(`${pathOf(campaign)}${query}`, undefined, { raw: csv, headers: { 'content-type': 'text/csv' } });
const recipientsOf = async (campaign: string): Promise<unknown[]> =>
  (await app.api.get(`${pathOf(campaign)}?limit=200`)).body.data;
const importOf = async (campaign: string, id: string) =>
  (await app.api.get(`${pathOf(campaign)}/imports/${id}`)).body;

/** A file that has only begun to arrive: the rest never does, or comes when the test says so. */
function slowly(path: string, first: string): { finish: (rest: string) => Promise<number>; cut: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  promise.catch(() => undefined);
  const request = httpRequest(app.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'text/csv',
      authorization: `Bearer ${ADMIN_KEY}`,
    },
  });
  request.on('response', (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  request.on('error', reject);
  request.write(first);
  return {
    finish: (rest) => {
      request.end(rest);
      return promise;
    },
    cut: () => request.destroy(),
  };
}

describe('a file of recipients', () => {
  it('is an object with counts, warnings and all its errors', async () => {
    const id = await draft();
    const importId = uuidV7();
    const csv =
      'phone,1\n+919978783238,Bali\n9978783239,Goa\n+14155550100,Rome\n+919978783238,again\n=cmd(),x\n';
    const { status, body } = await send(id, csv, `?importId=${importId.toUpperCase()}&fileName=people.csv`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ importId, recipientsAdded: 2, duplicatesSkipped: 1, invalidCount: 2 });
    expect(await importOf(id, importId)).toMatchObject({
      ...{ id: importId, campaignId: id, status: 'completed', fileName: 'people.csv', failureReason: null },
      ...{ rowsRead: 5, rowsAdded: 2, rowsKnown: 1, rowsFailed: 2 },
      warnings: [{ code: 'us_marketing_restricted', count: 1 }],
    });
    const errors = (await app.api.get<string>(`${pathOf(id)}/imports/${importId}/errors`)).body.split('\n');
    expect(errors).toHaveLength(4);
    expect(errors[0]).toBe('line,input,message');
    expect(errors[1]).toMatch(/^3,9978783239,/);
    expect(errors[2]).toMatch(/^6,'=cmd\(\),/);
    const second = await send(id, csv);
    expect(second.body).toMatchObject({ recipientsAdded: 0, duplicatesSkipped: 3 });
    const { body: list } = await app.api.get(`${pathOf(id)}/imports`);
    expect([list.total, list.data[1].id]).toEqual([2, importId]);
  });

  it('keeps more errors than its answer lists', async () => {
    const id = await draft();
    const bad = Array.from({ length: 2_500 }, (_, n) => `bad ${n}`).join('\n');
    const { body } = await send(id, `phone\n${bad}\n`);
    expect([body.invalid.length, body.invalidCount]).toEqual([1_000, 2_500]);
    const errors = (await app.api.get<string>(`${pathOf(id)}/imports/${body.importId}/errors`)).body;
    expect(errors.trim().split('\n')).toHaveLength(2_501);
  });

  it('takes a mapping of its columns and a country for its numbers', async () => {
    const id = await draft();
    const mapping = { Contact: 'phone', Trip: 'variables.1', Phone: '-', Who: 'Full name' };
    const query = `?defaultCountry=IN&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
    const csv = 'Contact,Trip,Phone,Who,code\n9978783238,Bali,garbage,Asha,X1\n';
    expect((await send(id, csv, query)).body).toMatchObject({ recipientsAdded: 1, invalidCount: 0 });
    expect(await recipientsOf(id)).toMatchObject([
      { phoneNumber: '+919978783238', name: 'Asha', variables: { 1: 'Bali', code: 'X1' } },
    ]);
  });

  it.each([
    [{ Nobody: 'phone' }, 'no column "Nobody"'],
    [{ Contact: 'email' }, 'cannot be mapped'],
    [{ Contact: 'variables.' }, 'cannot be mapped'],
    [{ Contact: '-' }, 'no column with the phone number'],
    [{ Contact: 'phone', Other: 'phone' }, 'mean the same'],
    [{ Contact: 'phone', Other: 'variables.code' }, 'two columns'],
  ])('refuses the mapping %j', async (mapping, reason) => {
    const id = await draft();
    const query = `?importId=${uuidV7()}&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
    const { status, body } = await send(id, 'Contact,Other,code\n+919978783238,x,y\n', query);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(reason)]);
    expect(await recipientsOf(id)).toEqual([]);
    const { data } = (await app.api.get(`${pathOf(id)}/imports`)).body;
    expect(data).toMatchObject([{ status: 'failed', failureReason: expect.stringContaining(reason) }]);
  });

  it.each([
    '?importId=x',
    '?importId=2f1c1b9e-7d0e-4b6c-8f5e-0c9b7a6d5e4f',
    '?mapping=[]',
    '?defaultCountry=XX',
    '?x=1',
  ])('answers %s with 400', async (query) => {
    const id = await draft();
    expect((await send(id, 'phone\n+919978783238\n', query)).status).toBe(400);
    expect(await recipientsOf(id)).toEqual([]);
  });

  it('refuses the parameters of a file with a list in JSON', async () => {
    const id = await draft();
    const body = { recipients: [{ phoneNumber: '+919978783238' }] };
    expect((await app.api.post(`${pathOf(id)}?importId=${uuidV7()}`, body)).status).toBe(400);
    expect((await app.api.post(pathOf(id), body)).status).toBe(200);
  });

  it('runs once for one id, however often it is sent at once', async () => {
    const [one, other] = [await draft(), await draft()];
    const importId = uuidV7();
    const csv = 'phone\n+919978783238\n';
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => send(n % 2 === 0 ? one : other, csv, `?importId=${importId}`)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 409)]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.type).toBe('urn:drumbeat:problem:import_exists');
    expect((await recipientsOf(one)).length + (await recipientsOf(other)).length).toBe(1);
  });

  it('does not tell another organization what an id is', async () => {
    const id = await draft();
    const { importId } = (await send(id, 'phone\n+919978783238\n')).body;
    const { api } = await newOrganization(app.api);
    for (const path of ['', `/${importId}`, `/${importId}/errors`])
      expect((await api.get(`${pathOf(id)}/imports${path}`)).status).toBe(404);
    expect((await app.api.get(`${pathOf(await draft())}/imports/${importId}`)).status).toBe(404);
    const { api: reader } = await newOrganization(app.api, ['customers:*']);
    expect((await reader.get(`${pathOf(id)}/imports`)).status).toBe(403);
  });

  it('shows its progress while it arrives, and completes', async () => {
    const id = await draft();
    const importId = uuidV7();
    const rows = Array.from({ length: 12_000 }, (_, n) => `+9197${String(10_000_000 + n)}`).join('\n');
    const upload = slowly(`${pathOf(id)}?importId=${importId}`, `phone\n${rows}\n`);
    await until(
      () => importOf(id, importId),
      ({ rowsAdded }) => rowsAdded >= 10_000,
    );
    expect((await importOf(id, importId)).status).toBe('running');
    expect((await send(id, 'phone\n+919978783238\n', `?importId=${importId}`)).body.detail).toContain(
      'running',
    );
    expect(await upload.finish('+919978783238\n')).toBe(200);
    expect(await importOf(id, importId)).toMatchObject({ status: 'completed', rowsRead: 12_001 });
  });

  it('is interrupted when its connection breaks off, and the same file completes it', async () => {
    const id = await draft();
    const importId = uuidV7();
    const upload = slowly(`${pathOf(id)}?importId=${importId}`, 'phone\n+919978783238\n');
    await until(
      () => app.api.get(`${pathOf(id)}/imports`),
      ({ body }) => body.total === 1,
    );
    upload.cut();
    await until(
      () => importOf(id, importId),
      ({ status }) => status === 'interrupted',
    );
    await send(id, 'phone\n+919978783238\n+919978783239\n');
    expect(await recipientsOf(id)).toHaveLength(2);
  });

  it('is interrupted for readers when its process has died, and goes with the others that are old', async () => {
    const id = await draft();
    const { importId } = (await send(id, 'phone\nbad\n')).body;
    const { manager } = app.app.get(Database);
    await execute(
      manager,
      sql`UPDATE recipient_imports SET status = 'running', finished_at = NULL,
                 alive_until = clock_timestamp() - interval '1 second' WHERE id = ${importId}`,
    );
    const dead = await importOf(id, importId);
    expect([dead.status, dead.failureReason]).toEqual(['interrupted', expect.stringContaining('has died')]);
    await execute(
      manager,
      sql`UPDATE recipient_imports SET progress_at = now() - interval '31 days' WHERE id = ${importId}`,
    );
    const retention = app.app.get(RecipientImportRetention);
    expect(await retention.run()).toBe(1);
    expect((await app.api.get(`${pathOf(id)}/imports`)).body.total).toBe(0);
    expect(await retention.run()).toBe(0);
  });
});

it('tells the end of an import as an event, also when it fails', async () => {
  const campaign = await draft();
  const db = app.app.get(Database).manager;
  await execute(
    db,
    sql`INSERT INTO event_wants (organization_id, kind, source, source_id)
        SELECT organization_id, 'import.finished', 'stream', organization_id FROM marketing_campaigns
         WHERE id = ${campaign}`,
  );
  const [row] = await rowsOf<{ id: string }>(
    db,
    sql`SELECT organization_id AS id FROM marketing_campaigns WHERE id = ${campaign}`,
  );
  await until(() => app.app.get(DomainEvents).wanted(row?.id ?? '', 'import.finished', campaign));
  const [good, bad] = [uuidV7(), uuidV7()];
  expect((await send(campaign, 'phone\n+14155550801\n', `?importId=${good}`)).status).toBe(200);
  await send(campaign, 'nothing\nthat,counts\n', `?importId=${bad}`);
  const told = await rowsOf<{ data: any }>(
    db,
    sql`SELECT data FROM domain_events WHERE object_id IN (${good}, ${bad}) ORDER BY seq`,
  );
  expect(told[0]?.data).toEqual({ ...(await importOf(campaign, good)), importKind: 'recipients' });
  expect(told.map(({ data }) => [data.id, data.status])).toEqual([
    [good, 'completed'],
    [bad, 'failed'],
  ]);
});
