import { type Environment, oneOf } from '../platform/config/environment.js';

/** What the operator says about webhooks that we send. */
export abstract class NotificationSettings {
  /** Whether they may go to private and loopback addresses, and over http. */
  abstract readonly allowPrivate: boolean;
}

export function readNotificationSettings(
  environment: Environment,
  { isSimulated }: { isSimulated: boolean },
): NotificationSettings {
  const given = environment.read('WEBHOOK_ALLOW_PRIVATE', oneOf(['true', 'false'] as const));
  return { allowPrivate: given === undefined ? isSimulated : given === 'true' };
}
