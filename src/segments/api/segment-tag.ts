import { entityTag } from '../../platform/http/entity-tag.js';

interface Tagged {
  id: string;
  name: string;
  description: string | null;
  query: Record<string, unknown>;
}

export function segmentTag({ id, name, description, query }: Tagged): string {
  return entityTag('segment', id, [name, description, query]);
}
