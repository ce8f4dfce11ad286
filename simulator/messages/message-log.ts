import { BLOCK_SIZE, MessageBlock } from './message-block.js';
import { KeyCounter } from './key-counter.js';
import type { RecipientAddress } from './recipient-address.js';
import type { Wamids } from './wamid.js';

const MARKS = {
  sent: 1,
  delivered: 2,
  read: 4,
  failed: 8,
  held: 16,
  connectionDropped: 32,
  answeredWithError: 64,
  marketingApi: 128,
} as const;
const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const;

/** What many messages have in common; stored once. */
interface MessageKind {
  phoneNumberId: string;
  type: string;
  template: string | undefined;
  language: string | undefined;
}

interface Reception {
  address: RecipientAddress;
  kind: MessageKind;
  callback: string | undefined;
  receivedAt: Date;
  marketingApi: boolean;
  body: string;
}

interface MessageRecord extends MessageKind {
  id: string;
  sequence: number;
  endpoint: 'messages' | 'marketing_messages';
  input: string;
  to: string;
  callback: string | undefined;
  receivedAt: string;
  answer: 'accepted' | 'held' | 'error-after-accepting' | 'connection-dropped';
  statuses: string[];
  errorCode: number | undefined;
  body: unknown;
}

export interface MessageFilter {
  to?: string | undefined;
  callback?: string | undefined;
  template?: string | undefined;
  after?: number | undefined;
  limit: number;
  oldestFirst: boolean;
}

interface Repeated {
  to: string;
  template: string;
  callback: string | undefined;
}

const REPEATS_LISTED = 100;

/** Every message accepted. Beyond `keep` the oldest are dropped; the counts stay exact all the same. */
export class MessageLog {
  private readonly blocks = new Map<number, MessageBlock>();
  private readonly kinds: MessageKind[] = [];
  private readonly kindIndex = new Map<string, number>();
  private readonly bodies: (string | undefined)[] = [];
  private perNumber = new KeyCounter();
  private perSend = new KeyCounter();
  /** Sequences continue after a reset: an id is never given twice. */
  private next = 0;
  private first = 0;
  private maxPerNumber = 0;
  private repeatCount = 0;
  private repeats: Repeated[] = [];

  constructor(
    private readonly wamids: Wamids,
    private readonly keep: number,
    private readonly keepBodies: number,
  ) {}

  get accepted(): number {
    return this.next - this.first;
  }

  append(reception: Reception): number {
    const sequence = this.next;
    this.next += 1;
    const { block, index } = this.place(sequence);
    const { address, callback } = reception;
    if (address.waId === undefined) block.userId.set(index, address.to);
    else block.to[index] = Number(address.to);
    if (address.waId === undefined || address.input !== `+${address.to}`)
      block.oddInput.set(index, address.input);
    block.at[index] = reception.receivedAt.getTime();
    block.kind[index] = this.indexOfKind(reception.kind);
    block.marks[index] = reception.marketingApi ? MARKS.marketingApi : 0;
    block.callback[index] = callback;
    if (this.keepBodies > 0) this.bodies[sequence % this.keepBodies] = reception.body;
    this.count(reception);
    return sequence;
  }

  mark(sequence: number, mark: keyof typeof MARKS, errorCode = 0): void {
    const block = this.blocks.get(Math.floor(sequence / BLOCK_SIZE));
    const index = sequence % BLOCK_SIZE;
    if (block === undefined || sequence < this.first) return;
    block.marks[index] = (block.marks[index] ?? 0) | MARKS[mark];
    if (errorCode !== 0) block.failure[index] = errorCode;
  }

  /** A page in the requested order; `after` is the sequence of the last one seen. */
  page(filter: MessageFilter): { data: MessageRecord[]; after: number | undefined } {
    const data: MessageRecord[] = [];
    const oldest = Math.max(this.first, this.next - this.keep);
    const step = filter.oldestFirst ? 1 : -1;
    let sequence = filter.oldestFirst
      ? Math.max(oldest, (filter.after ?? -1) + 1)
      : Math.min(this.next - 1, (filter.after ?? this.next) - 1);
    for (; sequence >= oldest && sequence < this.next; sequence += step) {
      if (!this.matches(sequence, filter)) continue;
      if (data.length === filter.limit) return { data, after: data.at(-1)?.sequence };
      data.push(this.record(sequence));
    }
    return { data, after: undefined };
  }

  find(id: string): MessageRecord | undefined {
    const sequence = this.wamids.sequenceOf(id);
    const isKept =
      sequence !== undefined &&
      sequence < this.next &&
      sequence >= Math.max(this.first, this.next - this.keep);
    const record = isKept ? this.record(sequence) : undefined;
    return record?.id === id ? record : undefined;
  }

  stats() {
    return {
      accepted: this.accepted,
      numbers: this.perNumber.size,
      maxPerNumber: this.maxPerNumber,
      repeated: this.repeatCount,
      repeats: this.repeats,
    };
  }

  clear(): void {
    this.blocks.clear();
    this.bodies.length = 0;
    this.perNumber = new KeyCounter();
    this.perSend = new KeyCounter();
    this.first = this.next;
    this.maxPerNumber = 0;
    this.repeatCount = 0;
    this.repeats = [];
  }

  private count({ address, kind, callback }: Reception): void {
    const toNumber = this.perNumber.add(address.to);
    if (toNumber > this.maxPerNumber) this.maxPerNumber = toNumber;
    if (kind.template === undefined) return;
    const times = this.perSend.add(`${address.to} ${kind.template} ${kind.language ?? ''} ${callback ?? ''}`);
    if (times !== 2) return;
    this.repeatCount += 1;
    if (this.repeats.length < REPEATS_LISTED) {
      this.repeats.push({ to: address.to, template: kind.template, callback });
    }
  }

  private place(sequence: number): { block: MessageBlock; index: number } {
    const number = Math.floor(sequence / BLOCK_SIZE);
    let block = this.blocks.get(number);
    if (block === undefined) {
      block = new MessageBlock();
      this.blocks.set(number, block);
      const oldest = Math.floor((sequence - this.keep) / BLOCK_SIZE);
      for (const old of this.blocks.keys()) if (old < oldest) this.blocks.delete(old);
    }
    return { block, index: sequence % BLOCK_SIZE };
  }

  private indexOfKind(kind: MessageKind): number {
    const key = `${kind.phoneNumberId} ${kind.type} ${kind.language ?? ''} ${kind.template ?? ''}`;
    const known = this.kindIndex.get(key);
    if (known !== undefined) return known;
    this.kindIndex.set(key, this.kinds.push(kind) - 1);
    return this.kinds.length - 1;
  }

  private matches(sequence: number, { to, callback, template }: MessageFilter): boolean {
    const { block, index } = this.place(sequence);
    // Matches either the number Meta understood or the sender's spelling: finding the trap needs both.
    if (to !== undefined && !matchesNumber(to, this.recipient(block, index), block.oddInput.get(index)))
      return false;
    if (callback !== undefined && block.callback[index] !== callback) return false;
    return template === undefined || this.kinds[block.kind[index] ?? 0]?.template === template;
  }

  private recipient(block: MessageBlock, index: number): string {
    return block.userId.get(index) ?? String(block.to[index]);
  }

  private record(sequence: number): MessageRecord {
    const { block, index } = this.place(sequence);
    const marks = block.marks[index] ?? 0;
    const to = this.recipient(block, index);
    const kind = this.kinds[block.kind[index] ?? 0];
    const body =
      sequence >= this.next - this.keepBodies ? this.bodies[sequence % this.keepBodies] : undefined;
    return {
      id: this.wamids.outbound(to, sequence),
      sequence,
      endpoint: marks & MARKS.marketingApi ? 'marketing_messages' : 'messages',
      input: block.oddInput.get(index) ?? `+${to}`,
      to,
      phoneNumberId: kind?.phoneNumberId ?? '',
      type: kind?.type ?? '',
      template: kind?.template,
      language: kind?.language,
      callback: block.callback[index],
      receivedAt: new Date(block.at[index] ?? 0).toISOString(),
      answer: answerOf(marks),
      statuses: STATUSES.filter((status) => marks & MARKS[status]),
      errorCode: block.failure[index] === 0 ? undefined : block.failure[index],
      body: body === undefined ? undefined : (JSON.parse(body) as unknown),
    };
  }
}

function answerOf(marks: number): MessageRecord['answer'] {
  if (marks & MARKS.connectionDropped) return 'connection-dropped';
  if (marks & MARKS.answeredWithError) return 'error-after-accepting';
  return marks & MARKS.held ? 'held' : 'accepted';
}

function matchesNumber(wanted: string, recipient: string, input: string | undefined): boolean {
  return wanted === input || wanted.replace(/^\+/, '') === recipient;
}
