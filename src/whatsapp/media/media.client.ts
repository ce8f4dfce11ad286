import type { GraphAnswer } from '../graph/graph-answer.js';
import type { GraphClient } from '../graph/graph.client.js';
import { metaRefusal } from '../graph/meta-refusal.js';
import { asObject, asText } from '../json/json-fields.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type FormFile, multipart } from './multipart.js';

/** Meta's calls about files. It knows no table, keeps no token and never retries. */
export class MediaClient {
  constructor(private readonly graph: GraphClient) {}

  /** The id under which messages of this number may name the file, for 30 days. */
  async upload(
    { phoneNumberId, token }: { phoneNumberId: string; token: string },
    file: FormFile,
  ): Promise<string> {
    const form = multipart({ messaging_product: 'whatsapp', type: file.contentType }, file);
    const answer = await this.graph.upload(`/${encodeURIComponent(phoneNumberId)}/media`, { token, ...form });
    return this.fieldOf(answer, 'id', 'take the file', token);
  }

  /** The handle of an example for a template, by a resumable upload to the app that the token belongs to. */
  async exampleHandle(token: string, { name, contentType, content }: FormFile): Promise<string> {
    const app = await this.graph.request('GET', '/app', { token, query: { fields: 'id' } });
    const appId = this.fieldOf(app, 'id', 'name the app of the token', token);
    const about = { file_name: name, file_length: content.length, file_type: contentType };
    const session = await this.graph.request('POST', `/${encodeURIComponent(appId)}/uploads`, {
      token,
      query: about,
    });
    // `upload:MTphd...?sig=...` is a path with a query of its own.
    const uploadId = this.fieldOf(session, 'id', 'begin the upload', token);
    const answer = await this.graph.upload(`/${uploadId}`, {
      token,
      scheme: 'OAuth',
      content,
      headers: { file_offset: '0', 'content-type': 'application/octet-stream' },
    });
    return this.fieldOf(answer, 'h', 'take the file', token);
  }

  private fieldOf(answer: GraphAnswer, field: string, task: string, token: string): string {
    if (answer.outcome !== 'ok') throw metaRefusal(answer, task, token);
    const value = asText(asObject(answer.body)?.[field]);
    // It becomes part of an address, and of what messages name.
    if (value !== undefined && /^[\x21-\x7e]{1,4000}$/.test(value)) return value;
    const detail = `Meta did not ${task}: its answer has no ${field}.`;
    throw new DomainError('unavailable', 'meta_unavailable', detail, { retryAfterSeconds: 30 });
  }
}
