import { invalidFields } from '../../platform/http/validation.js';
import {
  type Envelope,
  interactiveMessage,
  type MediaKind,
  mediaMessage,
  type MessagePayload,
  textMessage,
} from '../../whatsapp/payloads/message-payload.js';

export interface WantedContent {
  text?: { body: string; previewUrl?: boolean };
  media?: { type: MediaKind; id?: string; link?: string; caption?: string; filename?: string };
  interactive?: Record<string, unknown>;
}

/** A message without a template, which only an open service window admits. */
export function freeFormMessage(envelope: Envelope, wanted: WantedContent): MessagePayload {
  const { text, media, interactive } = wanted;
  if (text !== undefined) return textMessage(envelope, text.body, text.previewUrl);
  if (media !== undefined) return mediaMessage(envelope, media.type, fileOf(media), media.caption);
  const type = interactive?.['type'];
  if (typeof type !== 'string' || typeof interactive?.['action'] !== 'object') {
    throw invalidFields([{ field: 'interactive', message: 'must have a type and an action' }]);
  }
  return interactiveMessage(envelope, interactive);
}

type File = { id: string; filename?: string } | { link: string; filename?: string };

function fileOf({ type, id, link, caption, filename }: NonNullable<WantedContent['media']>): File {
  if ((type === 'audio' || type === 'sticker') && caption !== undefined)
    throw invalidFields([{ field: 'media.caption', message: `is not possible with ${type}` }]);
  if (type !== 'document' && filename !== undefined)
    throw invalidFields([{ field: 'media.filename', message: 'is for documents only' }]);
  const named = filename === undefined ? {} : { filename };
  if (id !== undefined && link === undefined) return { id, ...named };
  if (link !== undefined && id === undefined) return { link, ...named };
  throw invalidFields([{ field: 'media', message: 'give either id or link' }]);
}
