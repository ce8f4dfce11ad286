import { GraphError } from '../graph/graph-error.js';
import { isObject, isText } from '../json.js';

const FORMATS = new Set(['image', 'video', 'audio', 'document', 'sticker', 'gif']);

/** Every id of media that a message names, wherever it stands, must be one that this number may send. */
export function checkMediaIds(content: unknown, isUsable: (id: string) => boolean, format = ''): void {
  if (Array.isArray(content)) {
    for (const item of content) checkMediaIds(item, isUsable);
    return;
  }
  if (!isObject(content)) return;
  if (FORMATS.has(format) && isText(content.id) && !isUsable(content.id)) {
    const details = `Param ${format}['id'] is not a valid whatsapp business account media attachment ID`;
    throw new GraphError(100, details, { message: details });
  }
  for (const [name, item] of Object.entries(content)) checkMediaIds(item, isUsable, name);
}
