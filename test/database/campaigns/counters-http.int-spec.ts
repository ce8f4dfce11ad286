import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Module, Param, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { CampaignCountersDto } from '../../../src/campaigns/api/campaign-events.dto.js';
import { CampaignEvents } from '../../../src/campaigns/statistics/campaign-events.service.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { fastifyAdapter } from '../../../src/platform/server/fastify-adapter.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { until } from '../../support/until.js';
import { makeCampaign, makeOrganization, makeRecipients } from './counters-campaigns.js';

let test: TestDatabase;
let db: DataSource;
let organization: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 2 }).initialize();
  organization = await makeOrganization(db);
});
afterAll(async () => {
  await db.destroy();
  await test.drop();
});

@Controller()
class EventsController {
  constructor(private readonly events: CampaignEvents) {}

  @Get(':id')
  async watch(@Param('id') id: string): Promise<StreamableFile> {
    const stream = await this.events.stream(organization, id, (one) => CampaignCountersDto.of(one));
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }
}

let app: NestFastifyApplication;
let campaign: string;
let left: number;
beforeEach(async () => {
  campaign = await makeCampaign(db, organization, { status: 'active' });
  left = 0;
  const events = new CampaignEvents(new Database(db));
  const watch = events.watch.bind(events);
  events.watch = async (...args) => {
    const mailbox = await watch(...args);
    const leave = mailbox.return.bind(mailbox);
    mailbox.return = async () => {
      left++;
      return leave();
    };
    return mailbox;
  };
  @Module({
    controllers: [EventsController],
    providers: [{ provide: CampaignEvents, useValue: events }],
  })
  class EventsModule {}
  app = await NestFactory.create<NestFastifyApplication>(EventsModule, fastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
});
afterEach(() => app.close());

async function connect(): Promise<{ response: IncomingMessage; seen: () => string }> {
  const request = get(`${await app.getUrl()}/${campaign}`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { response, seen: () => text };
}

it('sends each change to the client at once', async () => {
  const { response, seen } = await connect();
  expect(response.headers['content-type']).toBe('text/event-stream');
  await until(seen, (text) => text.includes('"total":0'));
  await makeRecipients(db, campaign, 3);
  await until(seen, (text) => text.includes('"total":3'));
  expect(left).toBe(0);
});

it('stops when the client disconnects', async () => {
  const { response, seen } = await connect();
  await until(seen, (text) => text !== '');
  response.destroy();
  await until(
    () => left,
    (count) => count > 0,
  );
});

it('does not keep the server from closing', async () => {
  const { response, seen } = await connect();
  await until(seen, (text) => text !== '');
  const over = once(response, 'end');
  await app.close();
  await over;
  expect(seen()).toMatch(/event: end\ndata: \{\}\n\n$/);
});
