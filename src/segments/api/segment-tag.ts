import { entityTag } from '../../platform/http/entity-tag.js';
import type { Segment } from './segment.entity.js';

export function segmentTag({ id, name, description, query }: Segment): string {
  return entityTag('segment', id, [name, description, query]);
}
