import { describe, expect, it } from '@jest/globals';
import { App, BUSINESS, errorOf, Meta, PHONE, WABA, type Json } from '../support/simulator-harness.js';

const names = ({ body }: { body: Json }) => (body.data as Json[]).map(({ name }) => name);

describe('the account', () => {
  it.each<[string, Json]>([
    [
      `/${PHONE}?fields=throughput,quality_rating`,
      { throughput: { level: 'STANDARD' }, quality_rating: 'GREEN' },
    ],
    [
      `/${PHONE}?fields=display_phone_number,verified_name,status`,
      { display_phone_number: '+1 555-078-3881', status: 'CONNECTED' },
    ],
    [
      `/${PHONE}?fields=whatsapp_business_manager_messaging_limit`,
      { whatsapp_business_manager_messaging_limit: 'TIER_2K' },
    ],
    [
      `/${PHONE}?fields=health_status{can_send_message}`,
      { health_status: { can_send_message: 'AVAILABLE' } },
    ],
    [
      `/${WABA}?fields=name,marketing_messages_onboarding_status`,
      { marketing_messages_onboarding_status: 'ONBOARDED' },
    ],
    [`/${WABA}/phone_numbers?fields=id,quality_rating`, { data: [{ id: PHONE, quality_rating: 'GREEN' }] }],
    [
      `/${BUSINESS}?fields=whatsapp_business_manager_messaging_limit`,
      { whatsapp_business_manager_messaging_limit: 'TIER_2K' },
    ],
    [`/${BUSINESS}/owned_whatsapp_business_accounts`, { data: [{ id: WABA }] }],
  ])('GET %s', async (path, expected) => {
    const meta = await Meta.start();
    const answer = await meta.call('GET', `/v25.0${path}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(expected);
  });

  it('names a field that does not exist', async () => {
    const meta = await Meta.start();
    const answer = await meta.call('GET', `/v25.0/${PHONE}?fields=id,shoe_size`);
    expect(errorOf(answer)).toMatchObject({ code: 100, message: expect.stringContaining('(shoe_size)') });
  });

  it('changes on the operator’s request, and notifies the app', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const change = await meta.call('POST', `/simulator/phone/${PHONE}`, {
      quality_rating: 'RED',
      messaging_limit: 'TIER_10K',
      throughput: 'HIGH',
      health: 'BLOCKED',
    });
    expect(change.status).toBe(200);
    const shown = await meta.call('GET', `/v25.0/${PHONE}?fields=quality_rating,throughput,health_status`);
    expect(shown.body).toMatchObject({
      quality_rating: 'RED',
      throughput: { level: 'HIGH' },
      health_status: {
        can_send_message: 'BLOCKED',
        entities: expect.arrayContaining([expect.objectContaining({ id: PHONE })]),
      },
    });
    await meta.settled();
    expect(app.values('business_capability_update')).toEqual([
      { max_daily_conversations_per_business: 'TIER_10K', max_phone_numbers_per_waba: 25 },
    ]);
    expect(app.values('phone_number_quality_update')).toEqual([
      expect.objectContaining({ event: 'THROUGHPUT_UPGRADE' }),
    ]);
    expect(errorOf(await meta.promo('+14155550101'))).toMatchObject({ code: 131031 });
  });

  it('gets another number, which the first one does not affect', async () => {
    const meta = await Meta.start();
    await meta.call('POST', `/simulator/phone/${PHONE}`, {
      quality_rating: 'RED',
      display_phone_number: '+91 98765 43210',
    });
    await meta.call('POST', '/simulator/phone/777', { display_phone_number: '+55 11 4000-0000' });
    const { body } = await meta.call(
      'GET',
      `/v25.0/${WABA}/phone_numbers?fields=display_phone_number,quality_rating`,
    );
    expect(body.data).toEqual([
      { id: PHONE, display_phone_number: '+91 98765 43210', quality_rating: 'RED' },
      { id: '777', display_phone_number: '+55 11 4000-0000', quality_rating: 'GREEN' },
    ]);
    expect((await meta.promo('1 (631) 555-1234')).body.contacts).toEqual([
      { input: '1 (631) 555-1234', wa_id: '9116315551234' },
    ]);
  });

  it.each(['98765 43210', '+', '+12', 'call me'])(
    'rejects a number like %j',
    async (display_phone_number) => {
      const meta = await Meta.start();
      expect(await meta.call('POST', '/simulator/phone/777', { display_phone_number })).toMatchObject({
        status: 400,
      });
      expect((await meta.call('GET', `/v25.0/${WABA}/phone_numbers`)).body.data).toHaveLength(1);
    },
  );

  it('has no number that was never added', async () => {
    const meta = await Meta.start();
    expect(await meta.call('POST', '/simulator/phone/404', { quality_rating: 'RED' })).toMatchObject({
      status: 404,
    });
    expect(await meta.call('POST', `/simulator/phone/${PHONE}`, { quality_rating: 'PINK' })).toMatchObject({
      status: 400,
    });
  });
});

describe('templates', () => {
  const path = `/v25.0/${WABA}/message_templates`;
  const spring: Json = {
    name: 'spring_sale',
    language: 'pt_BR',
    category: 'MARKETING',
    components: [
      {
        type: 'BODY',
        text: 'Hi {{first_name}}, use {{code}} today.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ana' },
            { param_name: 'code', example: 'A25' },
          ],
        },
      },
    ],
  };

  it('are listed page by page, each once', async () => {
    const meta = await Meta.start();
    const seen: unknown[] = [];
    let next: string | undefined = `${meta.url}${path}?limit=3&fields=name,status`;
    while (next !== undefined) {
      const page = await meta.call('GET', next.slice(meta.url.length));
      seen.push(...names(page));
      next = (page.body.paging as { next?: string } | undefined)?.next;
    }
    const all = names(await meta.call('GET', `${path}?limit=100`));
    expect(seen).toEqual(all);
    expect(new Set(all).size).toBe(10);
    for (const name of [
      'summer_sale_promo',
      'new_year_promo',
      'black_friday_promo',
      'tour_package_marketing',
      'sale_template',
    ]) {
      expect(all).toContain(name);
    }
  });

  it('page back by the before cursor', async () => {
    const meta = await Meta.start();
    const first = await meta.call('GET', `${path}?limit=2`);
    const { after } = (first.body.paging as { cursors: { after: string } }).cursors;
    const second = await meta.call('GET', `${path}?limit=2&after=${after}`);
    const { before } = (second.body.paging as { cursors: { before: string } }).cursors;
    expect(names(await meta.call('GET', `${path}?limit=2&before=${before}`))).toEqual(names(first));
  });

  it.each([
    ['status=approved', 10],
    ['status=PAUSED', 0],
    ['category=UTILITY', 3],
    ['language=pt_BR', 1],
    ['name=order_', 2],
    ['name=sale&language=en_US', 2],
  ])('are filtered by %s', async (query, count) => {
    const meta = await Meta.start();
    expect(names(await meta.call('GET', `${path}?limit=100&${query}`))).toHaveLength(count);
  });

  it.each([
    ['after=bm9uc2Vuc2U', 131059],
    ['limit=0', 100],
    ['fields=nonsense', 100],
  ])('are not listed for %s', async (query, code) => {
    const meta = await Meta.start();
    expect(errorOf(await meta.call('GET', `${path}?${query}`))).toMatchObject({ code });
  });

  it('are created, reviewed, sent, edited and deleted', async () => {
    const app = await App.start();
    const meta = await Meta.start(
      { webhookUrl: app.url },
      { templateReview: { outcome: 'approve', delayMs: 0 }, openTemplates: false },
    );
    const created = await meta.call('POST', path, spring);
    const id = String(created.body.id);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^\d{15,17}$/),
      status: 'PENDING',
      category: 'MARKETING',
    });
    await untilStatus(meta, id, 'APPROVED');
    expect((await meta.call('GET', `/v25.0/${id}?fields=parameter_format,quality_score`)).body).toMatchObject(
      {
        parameter_format: 'NAMED',
        quality_score: { score: 'UNKNOWN' },
      },
    );
    await meta.settled();
    expect(app.values('message_template_status_update')).toEqual([
      expect.objectContaining({
        event: 'APPROVED',
        message_template_id: Number(id),
        message_template_language: 'pt-BR',
      }),
    ]);
    expect(errorOf(await meta.call('POST', path, spring))).toMatchObject({
      code: 100,
      error_subcode: 2388024,
    });

    const edited = { components: [{ type: 'BODY', text: 'No names here.' }] };
    expect((await meta.call('POST', `/v25.0/${id}`, edited)).body).toEqual({ success: true });
    await untilStatus(meta, id, 'APPROVED');
    const send = () =>
      meta.send({
        to: '+14155550101',
        type: 'template',
        template: { name: 'spring_sale', language: { code: 'pt_BR' } },
      });
    expect((await send()).status).toBe(200);

    expect((await meta.call('DELETE', `${path}?name=spring_sale`)).body).toEqual({ success: true });
    expect(errorOf(await send())).toMatchObject({ code: 132001 });
    expect(errorOf(await meta.call('DELETE', `${path}?name=spring_sale`))).toMatchObject({ code: 100 });
  });

  it('are deleted by name, all languages at once, or one by its id', async () => {
    const meta = await Meta.start({}, { templateReview: { outcome: 'wait' } });
    await meta.call('POST', path, spring);
    const { body } = await meta.call('POST', path, { ...spring, language: 'en_US' });
    await meta.call('DELETE', `${path}?name=spring_sale&hsm_id=${String(body.id)}`);
    expect(names(await meta.call('GET', `${path}?name=spring_sale`))).toHaveLength(1);
    await meta.call('DELETE', `${path}?name=spring_sale`);
    expect(names(await meta.call('GET', `${path}?name=spring_sale`))).toHaveLength(0);
  });

  it.each<[string, Json]>([
    ['a name with capitals', { ...spring, name: 'Spring Sale' }],
    ['no language', { ...spring, language: undefined }],
    ['an unknown category', { ...spring, category: 'GOSSIP' }],
    ['no components', { ...spring, components: undefined }],
    ['no body', { ...spring, components: [{ type: 'FOOTER', text: 'x' }] }],
    ['a variable without an example', { ...spring, components: [{ type: 'BODY', text: 'Hi {{1}}!' }] }],
    [
      'a variable at the end',
      { ...spring, components: [{ type: 'BODY', text: 'Hi {{1}}', example: { body_text: [['x']] } }] },
    ],
  ])('are refused with %s', async (_, template) => {
    const meta = await Meta.start();
    const answer = await meta.call('POST', path, template);
    expect([answer.status, errorOf(answer).code]).toEqual([400, 100]);
  });

  it('are rejected when the scenario says so', async () => {
    const meta = await Meta.start({}, { templateReview: { outcome: 'reject', delayMs: 0 } });
    const { body } = await meta.call('POST', path, spring);
    await untilStatus(meta, String(body.id), 'REJECTED');
  });

  it('pause, change quality and category, and unpause, and the app is notified each time', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const change = await meta.call('POST', '/simulator/template/summer_sale_promo', {
      status: 'PAUSED',
      quality: 'RED',
      category: 'UTILITY',
    });
    const [template] = change.body.data as Json[];
    expect(template).toMatchObject({ status: 'PAUSED', quality: 'RED', category: 'UTILITY' });
    expect((await meta.call('POST', `/v25.0/${String(template?.id)}/unpause`)).body).toEqual({
      success: true,
    });
    expect(errorOf(await meta.call('POST', `/v25.0/${String(template?.id)}/unpause`))).toMatchObject({
      code: 100,
    });
    await meta.settled();
    expect(app.values('message_template_quality_update')).toMatchObject([
      { previous_quality_score: 'GREEN', new_quality_score: 'RED' },
    ]);
    expect(app.values('template_category_update')).toMatchObject([
      { previous_category: 'MARKETING', new_category: 'UTILITY' },
    ]);
    expect(app.values('message_template_status_update')).toMatchObject([
      { event: 'PAUSED', other_info: { title: 'FIRST_PAUSE' } },
      { event: 'APPROVED', other_info: { title: 'UNPAUSED' } },
    ]);
    expect(await meta.call('POST', '/simulator/template/unknown', {})).toMatchObject({ status: 404 });
  });
});

async function untilStatus(meta: Meta, id: string, status: string): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if ((await meta.call('GET', `/v25.0/${id}?fields=status`)).body.status === status) return;
  }
  throw new Error(`template ${id} never became ${status}`);
}
