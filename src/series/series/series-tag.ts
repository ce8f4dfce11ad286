import { entityTag } from '../../platform/http/entity-tag.js';
import type { Series } from './series.js';

export function seriesTag({ id, version, state }: Series): string {
  return entityTag('series', id, [version, state]);
}
