import type { Principal } from '../../platform/http/principal.js';
import { assertScope } from '../../platform/http/route-access.js';
import type { TargetType } from '../campaign/target-type.js';

/**
 * Who matches an audience says what is stored about customers, so choosing one by their data takes the scope that
 * reads them. Numbers in the request, files and the responders of a campaign do not.
 */
export function assertMayTarget(
  caller: Principal,
  {
    targetType,
    audience,
  }: { targetType?: TargetType | undefined; audience?: Record<string, unknown> | null | undefined },
): void {
  const isByData = targetType === 'all' || targetType === 'segment' || (audience ?? null) !== null;
  if (isByData) assertScope(caller, 'customers:read', 'this campaign chooses customers by their data.');
}
