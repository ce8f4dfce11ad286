import { Injectable } from '@nestjs/common';
import { DomainError } from '../rules/errors/domain-error.js';
import { transportError } from '../whatsapp/errors/graph-error.js';
import type { SendAnswer } from '../whatsapp/graph/graph-answer.js';
import { GraphClient } from '../whatsapp/graph/graph.client.js';
import type { MessagePayload } from '../whatsapp/payloads/message-payload.js';
import type { SendingNumber } from './media-uploads.service.js';
import { type FilledComponents, MessageMedia } from './message-media.service.js';

export interface MessageCall {
  organizationId: string;
  credentials: SendingNumber;
  marketingApi: boolean;
  /** Its template may name files of ours. */
  payload: MessagePayload;
}

const MEDIA_UPLOAD_ERROR = 131_053;
const INVALID_PARAMETER = 100;

/** Sends one message; files of ours in its template go by the ids that Meta has for the number. */
@Injectable()
export class MessageCalls {
  constructor(
    private readonly graph: GraphClient,
    private readonly media: MessageMedia,
  ) {}

  /**
   * A refusal for a dead id is certain, so the message is sent once more, with a new one. A file that cannot be uploaded
   * now is an outage like any other: the message has not left.
   */
  async send(call: MessageCall): Promise<SendAnswer> {
    const first = await this.filled(call);
    if ('outcome' in first) return first;
    const answer = await this.post(call, first);
    if (!isForDeadFile(answer, first)) return answer;
    await this.media.forget(call.credentials, first.files);
    const second = await this.filled(call);
    return 'outcome' in second ? second : this.post(call, second);
  }

  private async filled({
    organizationId,
    credentials,
    payload,
  }: MessageCall): Promise<FilledComponents | SendAnswer> {
    try {
      return await this.media.fill(organizationId, credentials, componentsOf(payload));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const outcome = error.kind === 'rule' ? 'refused' : 'not-sent';
      return { outcome, error: transportError(error.message), usage: null };
    }
  }

  private async post(
    { credentials, marketingApi, payload }: MessageCall,
    { components, files }: FilledComponents,
  ): Promise<SendAnswer> {
    const template = payload['template'] as object | undefined;
    return this.graph.sendMessage({
      phoneNumberId: credentials.phoneNumberId,
      token: credentials.accessToken,
      payload: files.length === 0 ? payload : { ...payload, template: { ...template, components } },
      marketingApi,
    });
  }
}

function componentsOf({ template }: MessagePayload): readonly object[] {
  const isObject = typeof template === 'object' && template !== null;
  const components: unknown = isObject && 'components' in template ? template.components : undefined;
  return Array.isArray(components) ? (components as object[]) : [];
}

/** Meta reports it as 131053, or as an invalid parameter whose words name the media. */
function isForDeadFile(answer: SendAnswer, { files }: FilledComponents): boolean {
  if (files.length === 0 || answer.outcome !== 'refused') return false;
  const { code, title, details } = answer.error;
  if (code === MEDIA_UPLOAD_ERROR) return true;
  return code === INVALID_PARAMETER && /media/i.test(`${title} ${details ?? ''}`);
}
