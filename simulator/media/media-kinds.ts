import type { PhoneNumber } from '../business.js';
import { type Handlers, type NodeKind, selectFields } from '../graph/graph-call.js';
import { GraphError, invalidParameter, missingParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, type JsonObject } from '../json.js';
import { FormFile } from '../parsed-body.js';
import type { MediaShelf, UploadedFile } from './media-shelf.js';

const APP_ID = '100200300400500';
/** By type, as Meta's page of supported media lists them. */
const LIMITS: Readonly<Record<string, number>> = {
  'image/jpeg': 5_000_000,
  'image/png': 5_000_000,
  'video/mp4': 16_000_000,
  'video/3gpp': 16_000_000,
};
const LONGEST = 100_000_000;
const EXAMPLES = ['image/jpeg', 'image/jpg', 'image/png', 'video/mp4', 'application/pdf'];

/** The edge `media` of a number. */
export function mediaEdge(shelf: MediaShelf): Handlers<PhoneNumber> {
  return {
    POST: (phone, { params }) => {
      if (params.messaging_product !== 'whatsapp') throw missingParameter('messaging_product');
      const { file } = params;
      if (!(file instanceof FormFile)) throw missingParameter('file');
      const type = asText(params.type) ?? file.contentType;
      if (!/^(image|video|audio|application|text)\/[\w.+-]+$/.test(type))
        throw invalidParameter(`Param file must be a file with one of the supported types; received ${type}`);
      if (file.content.length > (LIMITS[type] ?? LONGEST))
        throw new GraphError(131053, `The file is too large for the type ${type}`, { status: 400 });
      return { id: shelf.add(phone.id, type, file.content).id };
    },
  };
}

/** One uploaded file, until it expires. */
export function mediaKind(shelf: MediaShelf): NodeKind<UploadedFile> {
  return {
    type: 'MediaWAImage',
    isManaged: false,
    find: (id, caller) => {
      const file = shelf.get(id);
      return file !== undefined && caller.phone(file.phoneId) !== undefined ? file : undefined;
    },
    self: {
      GET: (file) => ({
        messaging_product: 'whatsapp',
        // A link that works for five minutes; nothing lies behind it here.
        url: `https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=${file.id}`,
        mime_type: file.mimeType,
        sha256: file.sha256,
        file_size: file.size,
        id: file.id,
      }),
      DELETE: (file) => {
        shelf.remove(file);
        return { success: true };
      },
    },
    edges: {},
  };
}

/** The app that a token belongs to: examples of templates are uploaded to it. */
export function appKind(shelf: MediaShelf): NodeKind<{ id: string; name: string }> {
  return {
    type: 'Application',
    isManaged: false,
    find: (id) => (id === 'app' || id === APP_ID ? { id: APP_ID, name: 'Drumbeat' } : undefined),
    self: {
      GET: (app, { params }) => selectFields({ ...app }, 'Application', params.fields, ['id', 'name']),
    },
    edges: { uploads: { POST: (_, { params }) => ({ id: beginUpload(shelf, params) }) } },
  };
}

function beginUpload(shelf: MediaShelf, params: JsonObject): string {
  const length = Number(asText(params.file_length));
  const type = asText(params.file_type);
  if (!Number.isInteger(length) || length < 1) throw missingParameter('file_length');
  if (!isText(type)) throw missingParameter('file_type');
  if (!EXAMPLES.includes(type))
    throw invalidParameter(`Param file_type must be one of ${EXAMPLES.join(', ')}`);
  return shelf.begin(type, length).id;
}

/** A resumable upload under way; its answer is the handle of the file. */
export function uploadKind(shelf: MediaShelf): NodeKind<{ id: string }> {
  return {
    type: 'ResumableUpload',
    isManaged: false,
    find: (id) => shelf.session(id),
    self: {
      POST: ({ id }, { params }) => {
        const session = shelf.session(id);
        const { content } = params;
        if (session === undefined || !Buffer.isBuffer(content) || isObject(params.file))
          throw invalidParameter('The bytes of the file are the body of the request');
        if (content.length !== session.size)
          throw invalidParameter(`The file has ${content.length} bytes instead of ${session.size}`);
        return { h: shelf.finish(session) };
      },
    },
    edges: {},
  };
}
