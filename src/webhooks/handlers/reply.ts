import type { InboundMessage, MessageContent } from '../../whatsapp/parsing/webhook-events.js';

export interface Reply {
  /** Meta's id of the message that this one answers. */
  names: string | null;
  /** Counts only when that message is one of ours. */
  onlyIfNamed: boolean;
  text: string | null;
  /** A quick reply of the template was pressed. */
  isClick: boolean;
}

/** The reply in a message. Null: the message answers nothing (it edits or revokes an earlier one). */
export function replyIn(message: Pick<InboundMessage, 'content' | 'context' | 'groupId'>): Reply | null {
  const reply = replyOfContent(message);
  // What people write to a group answers a message of ours only if it names it.
  return reply === null || message.groupId === null ? reply : { ...reply, onlyIfNamed: true };
}

function replyOfContent({ content, context }: Pick<InboundMessage, 'content' | 'context'>): Reply | null {
  const names = context?.messageId ?? null;
  switch (content.kind) {
    case 'edit':
    case 'revoke':
    case 'unsupported':
      return null;
    case 'reaction':
      // A reaction without an emoji was removed.
      return content.emoji === null
        ? null
        : { names: content.messageId ?? names, onlyIfNamed: true, text: content.emoji, isClick: false };
    case 'unknown':
      return { names, onlyIfNamed: true, text: null, isClick: false };
    default:
      return { names, onlyIfNamed: false, text: textOf(content), isClick: content.kind === 'button' };
  }
}

/** The text that operators see beside the recipient. */
function textOf(content: MessageContent): string | null {
  switch (content.kind) {
    case 'text':
      return content.body;
    case 'button':
      return content.text ?? content.payload;
    case 'button-reply':
    case 'list-reply':
      return content.title ?? content.id;
    case 'media':
      return content.caption;
    case 'order':
      return content.text;
    case 'location':
      return content.name;
    case 'flow-reply':
      return content.name;
    default:
      return null;
  }
}
