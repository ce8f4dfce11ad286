import { Text } from '../../platform/http/fields.js';
import { TOPIC_NAMES } from './stream-topics.js';

const LIST = /^[a-z0-9_.*-]+(,[a-z0-9_.*-]+)*$/;
const HINT = 'must be words with commas between them';

export class EventStreamQuery {
  @Text({
    optional: true,
    max: 500,
    pattern: LIST,
    hint: HINT,
    example: 'campaign,order',
    description: `Any of ${TOPIC_NAMES.join(', ')}. Without \`topics\` and \`kinds\`: all that the scopes allow`,
  })
  topics?: string;

  @Text({
    optional: true,
    max: 2_000,
    pattern: LIST,
    hint: HINT,
    example: 'order.paid,campaign.message_read',
    description: 'Kinds of events, as an endpoint for webhooks takes them',
  })
  kinds?: string;
}
