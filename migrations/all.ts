import { Foundation1764000000000 } from './1764000000000-foundation.js';
import { Customers1764000100000 } from './1764000100000-customers.js';
import { Campaigns1764000200000 } from './1764000200000-campaigns.js';
import { Counters1764000210000 } from './1764000210000-counters.js';
import { Orders1764000300000 } from './1764000300000-orders.js';
import { Webhooks1764000400000 } from './1764000400000-webhooks.js';
import { Messages1764000500000 } from './1764000500000-messages.js';
import { Quota1764000510000 } from './1764000510000-quota.js';
import { Sending1764000520000 } from './1764000520000-sending.js';
import { Costs1764000530000 } from './1764000530000-costs.js';

/**
 * Every migration, in order. A list and not a glob: what is run is what was compiled and reviewed, and no file that
 * lies around in the folder.
 */
export const MIGRATIONS = [
  Foundation1764000000000,
  Customers1764000100000,
  Campaigns1764000200000,
  Counters1764000210000,
  Orders1764000300000,
  Webhooks1764000400000,
  Messages1764000500000,
  Quota1764000510000,
  Sending1764000520000,
  Costs1764000530000,
];
