import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { mediaKey } from '../../../src/media/media-key.js';
import { FileStorage } from '../../../src/platform/storage/file-storage.service.js';
import { MediaAssets } from '../../../src/media/media-assets.service.js';
import { MediaUploads, type SendingNumber } from '../../../src/media/media-uploads.service.js';
import { MediaUpkeep } from '../../../src/media/media-upkeep.service.js';
import { Senders } from '../../../src/senders/directory/senders.service.js';
import { MediaClient } from '../../../src/whatsapp/media/media.client.js';
import { type Engine, MARKETING, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { ADMIN_KEY, newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';
import { assetOf, film, MEDIA, paper, picture, sha256, upload } from './media-setup.js';

let engine: Engine;
let organizationId: string;
let number: SendingNumber;
beforeAll(async () => {
  engine = await startEngine('2026-03-02T10:00:00Z', {
    env: { MEDIA_MAX_BYTES: '20000', SEND_WINDOW: 'off' },
  });
  const [first] = await engine.sql<{ id: string }>('SELECT id FROM organizations ORDER BY id LIMIT 1');
  organizationId = first?.id ?? '';
  const senders = engine.app.app.get(Senders);
  number = await senders.credentialsOf(organizationId, (await senders.defaultSender(organizationId)).id);
});
afterAll(async () => {
  await engine.close();
});

const api = () => engine.app.api;
const shelf = () => engine.meta.simulator.state.media;
/** The uploads of a file that Meta has had. */
const uploadsOf = (file: Buffer) =>
  shelf()
    .all()
    .filter((one) => one.sha256 === sha256(file));
const problem = (code: string) => `urn:drumbeat:problem:${code}`;

/** As many processes as you like: none knows what another has in memory. */
function worker(): MediaUploads {
  const { app } = engine.app;
  return new MediaUploads(app.get(Database), app.get(MediaAssets), app.get(MediaClient), app.get(Clock));
}

async function headerTemplate(name: string, format: string, more: object[] = []): Promise<void> {
  const { templates } = engine.meta.simulator.state;
  templates.put({
    id: templates.newId(),
    name,
    language: 'en_US',
    category: 'MARKETING',
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    components: [
      { type: 'HEADER', format },
      { type: 'BODY', text: 'Hello' },
      ...(more as Record<string, unknown>[]),
    ],
    quality: 'GREEN',
    rejectedReason: 'NONE',
    messageSendTtlSeconds: undefined,
  });
  await api().post('/api/whatsapp/templates/sync');
}

async function sentBodies(template: string, count: number): Promise<any[]> {
  const look = () =>
    engine.meta.simulator.state.log
      .page({ limit: 1_000, template } as never)
      .data.filter((one: any) => one.template === template);
  const found = await until(look, (seen) => seen.length >= count);
  return found.map((one: any) => (typeof one.body === 'string' ? JSON.parse(one.body) : one.body));
}

describe('an upload', () => {
  it('is stored under its bytes, once, whatever it is called', async () => {
    const file = await picture('red');
    const first = await upload(api(), file, 'image/png');
    expect([first.status, first.body]).toEqual([
      201,
      {
        id: expect.any(String),
        sha256: sha256(file),
        kind: 'image',
        contentType: 'image/jpeg',
        bytes: file.length,
        fileName: null,
        createdAt: expect.any(String),
      },
    ]);
    const form = new FormData();
    form.set('file', new Blob([file], { type: 'text/plain' }), 'red.txt');
    const again = await fetch(engine.app.url + MEDIA, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      body: form,
    });
    expect([again.status, await again.json()]).toEqual([200, { ...first.body, fileName: 'red.txt' }]);
    expect((await api().get(`${MEDIA}/${first.body.id}`)).body).toMatchObject({ sha256: sha256(file) });
    const read = await fetch(`${engine.app.url}${MEDIA}/${first.body.id}/file`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect(Buffer.from(await read.arrayBuffer()).equals(file)).toBe(true);
    expect(read.headers.get('content-type')).toBe('image/jpeg');
  });

  it('of one file by two callers at once creates it once', async () => {
    const file = film();
    const answers = await Promise.all([upload(api(), file), upload(api(), file)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('is private: no address serves it, and no other organization sees it', async () => {
    const id = await assetOf(api(), paper());
    const stranger = await newOrganization(api());
    expect((await stranger.api.get(`${MEDIA}/${id}`)).status).toBe(404);
    expect((await stranger.api.delete(`${MEDIA}/${id}`)).status).toBe(404);
    expect((await stranger.api.get(MEDIA)).body).toMatchObject({ total: 0, data: [] });
    for (const folder of [organizationId, `private-${organizationId}`]) {
      expect((await fetch(`${engine.app.url}/media/${folder}/${id}.bin`)).status).toBe(404);
    }
    const reader = await newOrganization(api(), ['campaigns:read']);
    expect((await upload(reader.api, paper())).status).toBe(403);
  });

  it.each([
    ['text that calls itself an image', 'image/jpeg', Buffer.from('hello'), 422, 'media_type'],
    ['nothing', 'application/octet-stream', Buffer.alloc(0), 422, 'media_type'],
    ['more than the operator allows', 'application/pdf', Buffer.alloc(20_001), 413, 'media_too_large'],
    ['JSON', 'application/json', Buffer.from('{}'), 415, 'unsupported_media_type'],
    ['a list', 'text/csv', Buffer.from('a,b'), 415, 'unsupported_media_type'],
  ])('is refused: %s', async (_what, type, raw, status, code) => {
    const answer = await upload(api(), raw, type);
    expect([answer.status, answer.body.type]).toEqual([status, problem(code)]);
  });

  it('has its file as long as it exists, also when it is removed and uploaded at once', async () => {
    const file = await picture('gold');
    for (let round = 0; round < 10; round++) {
      const asset = await assetOf(api(), file);
      const [again] = await Promise.all([upload(api(), file), api().delete(`${MEDIA}/${asset}`)]);
      const assets = engine.app.app.get(MediaAssets);
      const kept = await assets.get(organizationId, again.body.id).catch(() => undefined);
      if (kept !== undefined) expect(await assets.read(organizationId, kept)).toEqual(file);
    }
  });

  it('is listed by page and by cursor', async () => {
    const other = await newOrganization(api());
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await assetOf(other.api, i === 2 ? film() : paper()));
    const page = await other.api.get(`${MEDIA}?limit=3`);
    expect(page.body).toMatchObject({ page: 1, limit: 3, total: 5 });
    expect(page.body.data.map(({ id }: any) => id)).toEqual(ids.slice(0, 3));
    const next = await other.api.get(`${MEDIA}?limit=3&cursor=${page.body.nextCursor}`);
    expect(next.body.data.map(({ id }: any) => id)).toEqual(ids.slice(3));
    expect(next.body.nextCursor).toBeNull();
    expect((await other.api.get(`${MEDIA}?kind=video`)).body).toMatchObject({
      total: 1,
      data: [{ id: ids[2] }],
    });
  });
});

describe('the id at Meta', () => {
  it('is made once for eight workers, kept for a month, and renewed once by eight a day before it dies', async () => {
    const file = await picture('blue');
    const asset = await assetOf(api(), file);
    const ask = async (): Promise<string[]> => {
      const all = Array.from({ length: 8 }, () => worker().uploadedId(organizationId, number, asset));
      return [...new Set((await Promise.all(all)).map(({ id }) => id))];
    };
    const [first, ...others] = await ask();
    expect(others).toEqual([]);
    expect(uploadsOf(file).map(({ id }) => id)).toEqual([first]);

    await engine.advance('P28D');
    expect(await ask()).toEqual([first]);
    expect(uploadsOf(file)).toHaveLength(1);

    await engine.advance('PT25H');
    const renewed = await ask();
    expect(renewed).not.toEqual([first]);
    expect(renewed).toHaveLength(1);
    expect(uploadsOf(file)).toHaveLength(2);

    await engine.advance('P31D');
    expect(await ask()).toHaveLength(1);
    expect(uploadsOf(file)).toHaveLength(3);
  });

  it('is asked for again after a failure, which all who waited see', async () => {
    const file = await picture('green');
    const asset = await assetOf(api(), file);
    let asked = 0;
    engine.meta.intercept = (url) => {
      if (!url.endsWith('/media')) return undefined;
      asked += 1;
      return { status: 503, body: '{"error":{"code":2,"message":"Service temporarily unavailable"}}' };
    };
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => worker().uploadedId(organizationId, number, asset)),
    );
    engine.meta.intercept = undefined;
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(asked).toBeLessThanOrEqual(8);
    await worker().uploadedId(organizationId, number, asset);
    expect(uploadsOf(file)).toHaveLength(1);
  });

  it('is taken over from a worker that died', async () => {
    const file = paper();
    const asset = await assetOf(api(), file);
    await engine.sql(
      `INSERT INTO media_uploads (asset_id, sender_id, attempt, lease_until) VALUES ($1, $2, new_id(), $3)`,
      [asset, number.senderId, new Date(engine.now().getTime() - 1)],
    );
    await worker().uploadedId(organizationId, number, asset);
    expect(uploadsOf(file)).toHaveLength(1);
  });
});

describe('a campaign with a file', () => {
  it('sends the id of the number, uploads once, and keeps its file until it has ended', async () => {
    await headerTemplate('with_picture', 'IMAGE');
    const file = await picture('orange');
    const asset = await assetOf(api(), file);
    const { status, body } = await api().post(WHATSAPP, {
      name: 'Pictures',
      templateName: 'with_picture',
      templateVariables: { header: { asset } },
      rateLimit: 6_000,
      recipients: numbers(20).map((phoneNumber) => ({ phoneNumber })),
    });
    expect(status).toBe(201);
    const refused = await api().delete(`${MEDIA}/${asset}`);
    expect([refused.status, refused.body.type]).toEqual([409, problem('media_in_use')]);
    expect(refused.body.detail).toContain('"Pictures"');

    expect((await api().post(`${WHATSAPP}/${body.id}/send`)).status).toBe(200);
    const sent = await sentBodies('with_picture', 20);
    const [uploaded] = uploadsOf(file);
    expect(uploadsOf(file)).toHaveLength(1);
    for (const message of sent) {
      expect(message.template.components).toEqual([
        { type: 'header', parameters: [{ type: 'image', image: { id: uploaded?.id } }] },
      ]);
    }
    await until(async () => (await api().get(`${WHATSAPP}/${body.id}`)).body.status === 'completed');
    expect((await api().delete(`${MEDIA}/${asset}`)).status).toBe(204);
    expect((await api().get(`${MEDIA}/${asset}`)).status).toBe(404);
    const stored = await readdir(join(engine.app.config.dataDir, 'media', `private-${organizationId}`));
    expect(stored).not.toContain(`${asset}.bin`);
    // The same file may come back, under an id of its own.
    const back = await upload(api(), file);
    expect([back.status, back.body.id === asset]).toEqual([201, false]);
  });

  it('uploads again and sends once more when Meta has lost the file', async () => {
    await headerTemplate('lost_picture', 'IMAGE');
    const file = await picture('purple');
    const asset = await assetOf(api(), file);
    const { id } = await worker().uploadedId(organizationId, number, asset);
    const lost = shelf().get(id);
    if (lost !== undefined) shelf().remove(lost);
    const [phoneNumber = ''] = numbers(1);
    const { body } = await api().post(WHATSAPP, {
      name: 'Lost',
      templateName: 'lost_picture',
      templateVariables: { header: { asset } },
      recipients: [{ phoneNumber }],
    });
    await api().post(`${WHATSAPP}/${body.id}/send`);
    const [message] = await sentBodies('lost_picture', 1);
    const [, second] = uploadsOf(file);
    expect(message.template.components[0].parameters).toEqual([{ type: 'image', image: { id: second?.id } }]);
    await until(async () => (await api().get(`${WHATSAPP}/${body.id}/stats`)).body.stats.failed === 0);
  });

  it('takes files of recipients, and those of the other API, a document with its name', async () => {
    await headerTemplate('with_paper', 'DOCUMENT');
    const [one, other] = [paper(), paper()];
    const [first, second] = [await assetOf(api(), one), await assetOf(api(), other)];
    const [a = '', b = ''] = numbers(2);
    const { body } = await api().post(MARKETING, {
      name: 'Papers',
      template_name: 'with_paper',
      template_components: [
        {
          type: 'header',
          parameters: [{ type: 'document', document: { asset: '{{paper}}', filename: 'Offer.pdf' } }],
        },
      ],
    });
    await api().post(`${MARKETING}/${body.campaign_id ?? body.id}/recipients`, {
      recipients: [
        { phone_number: a, template_parameters: { paper: first } },
        { phone_number: b, template_parameters: { paper: second } },
      ],
    });
    const started = await api().post(`${WHATSAPP}/${body.campaign_id ?? body.id}/send`);
    expect(started.status).toBe(200);
    const sent = await sentBodies('with_paper', 2);
    const ids = new Map(sent.map(({ to, template }) => [to, template.components[0].parameters[0].document]));
    expect(ids.get(a)).toEqual({ id: uploadsOf(one)[0]?.id, filename: 'Offer.pdf' });
    expect(ids.get(b)).toEqual({ id: uploadsOf(other)[0]?.id, filename: 'Offer.pdf' });
  });

  it('is refused with a file that does not exist, or of another kind than its template needs', async () => {
    await headerTemplate('with_film', 'VIDEO');
    const stranger = await newOrganization(api());
    const campaign = {
      name: 'Films',
      templateName: 'with_film',
      recipients: [{ phoneNumber: numbers(1)[0] }],
    };
    const theirs = await assetOf(stranger.api, film());
    const unknown = await api().post(WHATSAPP, {
      ...campaign,
      templateVariables: { header: { asset: theirs } },
    });
    expect([unknown.status, unknown.body.type]).toEqual([422, problem('media_unknown')]);

    const asset = await assetOf(api(), await picture('black'));
    const { body } = await api().post(WHATSAPP, { ...campaign, templateVariables: { header: { asset } } });
    const started = await api().post(`${WHATSAPP}/${body.id}/send`);
    expect([started.status, started.body.type]).toEqual([422, problem('media_type')]);
  });

  it('and the removal of its file at the same moment never both succeed', async () => {
    await headerTemplate('raced_picture', 'IMAGE');
    for (let round = 0; round < 5; round++) {
      const asset = await assetOf(api(), await picture(`rgb(1, 2, ${round})`));
      const campaign = {
        name: `Race ${round}`,
        templateName: 'raced_picture',
        templateVariables: { header: { asset } },
      };
      const [made, removed] = await Promise.all([
        api().post(WHATSAPP, campaign),
        api().delete(`${MEDIA}/${asset}`),
      ]);
      expect([201, 422]).toContain(made.status);
      expect(removed.status).toBe(made.status === 201 ? 409 : 204);
    }
  });

  it('pauses with the reason when the storage has lost the file', async () => {
    await headerTemplate('gone_picture', 'IMAGE');
    const asset = await assetOf(api(), await picture('navy'));
    const [phoneNumber = ''] = numbers(1);
    const { body } = await api().post(WHATSAPP, {
      name: 'Gone',
      templateName: 'gone_picture',
      templateVariables: { header: { asset } },
      recipients: [{ phoneNumber }],
    });
    await engine.app.app.get(FileStorage).current.remove(mediaKey(organizationId, asset));
    await api().post(`${WHATSAPP}/${body.id}/send`);
    const paused = await until(
      async () => (await api().get(`${WHATSAPP}/${body.id}`)).body,
      ({ status }) => status === 'paused',
    );
    expect(JSON.stringify(paused)).toContain('missing from the storage');
  });

  it('sends its test with the file too', async () => {
    await headerTemplate('tested_picture', 'IMAGE');
    const file = await picture('white');
    const asset = await assetOf(api(), file);
    const { body } = await api().post(WHATSAPP, {
      name: 'Test',
      templateName: 'tested_picture',
      templateVariables: { header: { asset } },
    });
    const preview = await api().post(`${WHATSAPP}/${body.id}/preview`, {});
    expect(preview.body.message.header).toEqual({ kind: 'image', text: asset });
    const tested = await api().post(`${WHATSAPP}/${body.id}/test`, { phoneNumbers: numbers(1) });
    expect(tested.status).toBe(200);
    const [message] = await sentBodies('tested_picture', 1);
    expect(message.template.components[0].parameters[0].image).toEqual({ id: uploadsOf(file)[0]?.id });
  });
});

it('goes with a single message too, by the id of its number', async () => {
  await headerTemplate('single_picture', 'IMAGE');
  const file = await picture('olive');
  const asset = await assetOf(api(), file);
  const [phoneNumber = ''] = numbers(1);
  await api().post('/api/whatsapp/customers', { phoneNumber, marketingOptIn: true });
  const { status } = await api().post('/api/whatsapp/messages', {
    to: { phoneNumber },
    template: { name: 'single_picture', language: 'en_US', variables: { header: { asset } } },
  });
  expect(status).toBe(202);
  const [message] = await sentBodies('single_picture', 1);
  const image = { id: uploadsOf(file)[0]?.id };
  expect(message.template.components[0].parameters).toEqual([{ type: 'image', image }]);
});

it('finishes removals that a process left in the middle', async () => {
  const asset = await assetOf(api(), paper());
  await engine.sql(`UPDATE media_assets SET removing_since = $2 WHERE id = $1`, [
    asset,
    new Date(engine.now().getTime() - 2 * 3_600_000),
  ]);
  await engine.app.app.get(MediaUpkeep).run();
  expect(await engine.sql(`SELECT 1 FROM media_assets WHERE id = $1`, [asset])).toEqual([]);
});
