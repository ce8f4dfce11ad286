import type { Scenario } from '../scenario/scenario.js';
import { webhookBody, webhookEntry } from './webhook-body.js';
import { StatusUpdate } from './status-update.js';
import type { WebhookUpdate } from './webhook-update.js';

type Shape = Scenario['webhookBatch']['shape'];

/** The bytes of one POST for updates about the same kind of object. */
export function renderBatch(updates: readonly WebhookUpdate[], shape: Shape): Buffer {
  const [first] = updates;
  if (updates.length === 1 && first !== undefined) {
    return webhookBody(first.object, [webhookEntry(first.entryId, [first.change()], first.time)]);
  }
  const entries =
    shape === 'entries'
      ? updates.map((update) => webhookEntry(update.entryId, [update.change()], update.time))
      : [...byEntry(updates)].map(([entryId, group]) =>
          webhookEntry(
            entryId,
            shape === 'statuses'
              ? changesWithGatheredStatuses(group)
              : group.map((update) => update.change()),
            group.find(({ time }) => time !== undefined)?.time,
          ),
        );
  return webhookBody(first?.object ?? 'whatsapp_business_account', entries);
}

function byEntry(updates: readonly WebhookUpdate[]): Map<string, WebhookUpdate[]> {
  const groups = new Map<string, WebhookUpdate[]>();
  for (const update of updates) {
    const group = groups.get(update.entryId);
    if (group === undefined) groups.set(update.entryId, [update]);
    else group.push(update);
  }
  return groups;
}

function changesWithGatheredStatuses(updates: WebhookUpdate[]): string[] {
  const changes: string[] = [];
  const statuses = new Map<string, [StatusUpdate, ...StatusUpdate[]]>();
  for (const update of updates) {
    if (!(update instanceof StatusUpdate)) {
      changes.push(update.change());
      continue;
    }
    const gathered = statuses.get(update.metadata);
    if (gathered === undefined) statuses.set(update.metadata, [update]);
    else gathered.push(update);
  }
  for (const gathered of statuses.values()) changes.push(StatusUpdate.changeOf(gathered));
  return changes;
}
