import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { DEFAULT_OPTIONS } from '../../../simulator/simulator-options.js';
import { createSimulator, type Simulator } from '../../../simulator/simulator.js';
import type { Template } from '../../../simulator/templates/template.js';
import { TemplateRefresh } from '../../../src/templates/sync/template-refresh.service.js';
import { TemplateUpdates } from '../../../src/templates/sync/template-updates.service.js';
import { parseWebhook } from '../../../src/whatsapp/parsing/parse-webhook.js';
import type { TemplateEvent } from '../../../src/whatsapp/parsing/webhook-events.js';
import { type ApiClient } from '../../support/api-client.js';
import { makeKnown } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const { wabaId, accessToken } = DEFAULT_OPTIONS;

interface TemplateBody {
  status: string;
  statusReason: string | null;
  category: string;
  nextCategory: string | null;
  qualityScore: string;
  preview: string;
  updatedAt: string;
}

let app: TestApp;
let meta: Simulator;
let api: ApiClient;
let gate: Promise<void> | undefined;
let listings = 0;
let template: Template;

beforeAll(async () => {
  meta = createSimulator();
  meta.app.addHook('onRequest', async (request) => {
    if (!request.originalUrl.includes('/message_templates')) return;
    listings += 1;
    await gate;
  });
  app = await startTestApp({ env: { WHATSAPP_API_URL: await meta.listen() } });
  ({ api } = await newOrganization(app.api));
  const sender = { phoneNumberId: '1', businessAccountId: wabaId, accessToken };
  makeKnown(meta, accessToken, sender);
  await api.post('/api/whatsapp/senders', { name: 'Shop', ...sender });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  gate = undefined;
  for (const one of meta.state.templates.all()) meta.state.templates.remove(one);
  template = {
    id: meta.state.templates.newId(),
    name: 'spring_sale',
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}' }],
    quality: 'GREEN',
    rejectedReason: 'NONE',
    messageSendTtlSeconds: undefined,
  };
  meta.state.templates.put(template);
  await sync();
  listings = 0;
});

const sync = () => api.post('/api/whatsapp/templates/sync');
async function stored(): Promise<TemplateBody | undefined> {
  const { body } = await api.get<{ data: TemplateBody[] }>('/api/whatsapp/templates/spring_sale');
  return body.data[0];
}

/** As it comes from Meta: with hyphens in the language and a number for the id. */
function event(field: string, value: object, id = template.id): TemplateEvent | undefined {
  const about = `"message_template_id":${id},"message_template_name":"spring_sale","message_template_language":"en-US"`;
  const json = `{${about},${JSON.stringify(value).slice(1)}`;
  const body = `{"object":"whatsapp_business_account","entry":[{"id":"${wabaId}","changes":[{"field":"${field}","value":${json}}]}]}`;
  return parseWebhook(Buffer.from(body)).templates[0];
}
type EventOf<K extends TemplateEvent['kind']> = Extract<TemplateEvent, { kind: K }>;
const status = (value: object, id?: string) =>
  event('message_template_status_update', value, id) as EventOf<'status'>;
const updates = (): TemplateUpdates => app.app.get(TemplateUpdates);

describe('a status event', () => {
  const PAUSED = {
    event: 'PAUSED',
    reason: 'NONE',
    other_info: { title: 'FIRST_PAUSE', description: 'Low' },
  };

  it('changes the status and reports which organizations must act', async () => {
    const changed = await updates().applyStatusUpdate(status(PAUSED));
    expect(changed).toEqual([
      expect.objectContaining({
        name: 'spring_sale',
        language: 'en_US',
        before: { status: 'APPROVED', category: 'UTILITY' },
        after: { status: 'PAUSED', category: 'UTILITY' },
      }),
    ]);
    expect(await stored()).toMatchObject({ status: 'PAUSED', statusReason: 'FIRST_PAUSE: Low' });
    await updates().applyStatusUpdate(status({ event: 'FLAGGED', reason: 'NONE' }));
    expect(await stored()).toMatchObject({ status: 'PAUSED', statusReason: 'FIRST_PAUSE: Low' });
    await updates().applyStatusUpdate(
      status({ event: 'REINSTATED', message_template_category: 'MARKETING' }),
    );
    expect(await stored()).toMatchObject({ status: 'APPROVED', statusReason: null, category: 'MARKETING' });
  });

  it('keeps its reason through a listing without one', async () => {
    await updates().applyStatusUpdate(status(PAUSED));
    template.status = 'PAUSED';
    await sync();
    expect(await stored()).toMatchObject({ status: 'PAUSED', statusReason: 'FIRST_PAUSE: Low' });
  });

  it('is found by name when the id is new, but does not end a template it may not mean', async () => {
    await updates().applyStatusUpdate(status({ event: 'DELETED' }, '42'));
    expect(await stored()).toMatchObject({ status: 'APPROVED' });
    await updates().applyStatusUpdate(status({ event: 'PAUSED' }, '42'));
    expect(await stored()).toMatchObject({ status: 'PAUSED' });
    await updates().applyStatusUpdate(status({ event: 'DELETED' }));
    expect(await stored()).toMatchObject({ status: 'DELETED' });
  });

  it('is not undone by a listing that began before it', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const syncing = sync();
    await until(
      () => listings,
      (count) => count === 1,
    );
    await updates().applyStatusUpdate(status({ event: 'PAUSED' }));
    open();
    expect((await syncing).status).toBe(200);
    expect(await stored()).toMatchObject({ status: 'PAUSED' });
    await sync();
    expect(await stored()).toMatchObject({ status: 'APPROVED' });
  });

  it('reaches every organization with numbers in the account, and no other account', async () => {
    const other = await newOrganization(app.api);
    const sender = { phoneNumberId: '2', businessAccountId: wabaId, accessToken };
    makeKnown(meta, accessToken, sender);
    await other.api.post('/api/whatsapp/senders', { name: 'Shop', ...sender });
    await other.api.post('/api/whatsapp/templates/sync');
    expect(await updates().applyStatusUpdate(status(PAUSED))).toHaveLength(2);
    expect(await updates().applyStatusUpdate({ ...status(PAUSED), wabaId: '1' })).toEqual([]);
    expect(await updates().applyStatusUpdate({ ...status(PAUSED), wabaId: null, templateId: null })).toEqual(
      [],
    );
  });
});

describe('other events', () => {
  it('change the quality', async () => {
    const value = { previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' };
    await updates().applyQualityUpdate(event('message_template_quality_update', value) as EventOf<'quality'>);
    expect(await stored()).toMatchObject({ qualityScore: 'YELLOW', status: 'APPROVED' });
  });

  it('announce another category, and change it', async () => {
    const announced = { new_category: 'UTILITY', correct_category: 'MARKETING' };
    await updates().applyCategoryUpdate(event('template_category_update', announced) as EventOf<'category'>);
    expect(await stored()).toMatchObject({ category: 'UTILITY', nextCategory: 'MARKETING' });
    const done = { previous_category: 'UTILITY', new_category: 'MARKETING' };
    const changed = await updates().applyCategoryUpdate(
      event('template_category_update', done) as EventOf<'category'>,
    );
    expect(changed[0]).toMatchObject({ before: { category: 'UTILITY' }, after: { category: 'MARKETING' } });
    expect(await stored()).toMatchObject({ category: 'MARKETING', nextCategory: null });
  });

  it('change the texts at once, and the next look brings the whole', async () => {
    const edited = event('message_template_components_update', {
      message_template_element: 'Hello {{1}}',
    }) as EventOf<'components'>;
    await updates().applyComponentsUpdate(edited);
    expect(await stored()).toMatchObject({ preview: 'Hello {{1}}' });
    template.components = [
      { type: 'BODY', text: 'Hello {{1}}!' },
      { type: 'FOOTER', text: 'Bye' },
    ];
    app.app.get(TemplateRefresh).start();
    await until(stored, (seen) => seen?.preview === 'Hello {{1}}!\nBye');
  });

  it('about an unknown template bring it with the next look', async () => {
    const unknown = { ...status({ event: 'APPROVED' }), templateId: '7', name: 'winter_sale' };
    meta.state.templates.put({ ...template, id: '7', name: 'winter_sale' });
    expect(await updates().applyStatusUpdate(unknown)).toEqual([]);
    app.app.get(TemplateRefresh).start();
    await until(
      () => api.get('/api/whatsapp/templates/winter_sale'),
      ({ status: code }) => code === 200,
    );
  });

  it('that say everything themselves cause no listing', async () => {
    // Listings that other events have asked for are theirs.
    await app.app.get(Database).manager.query('DELETE FROM whatsapp_template_syncs WHERE listed_at IS NULL');
    await updates().applyStatusUpdate(status({ event: 'PAUSED' }));
    const due = await app.app
      .get(Database)
      .manager.query<object[]>('SELECT 1 FROM whatsapp_template_syncs WHERE listed_at IS NULL');
    expect(due).toEqual([]);
  });
});
