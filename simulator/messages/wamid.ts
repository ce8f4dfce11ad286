import { randomBytes } from 'node:crypto';

/**
 * Message ids in WhatsApp's outer shape: base64 over the other side's number, a direction and a hex id. The first
 * half of the hex id is new at every start, so that ids never repeat in a database that outlives the simulator. The
 * rest is a counter, so that the id of a stored message can be computed instead of kept.
 */
export class Wamids {
  private readonly run = randomBytes(4).toString('hex').toUpperCase();

  outbound(recipient: string, sequence: number): string {
    return encode(
      recipient,
      '\x11\x18\x12',
      this.run + sequence.toString(16).toUpperCase().padStart(10, '0'),
    );
  }

  /** Undefined: not an id of a message to a customer, or one of an earlier start. */
  sequenceOf(id: string): number | undefined {
    const text = Buffer.from(id.replace(/^wamid\./, ''), 'base64').toString('latin1');
    const at = text.lastIndexOf(`\x11\x18\x12${this.run}`);
    const counter = at === -1 ? '' : text.slice(at + 3 + this.run.length, at + 3 + this.run.length + 10);
    return /^[0-9A-F]{10}$/.test(counter) ? Number.parseInt(counter, 16) : undefined;
  }

  inbound(sender: string, sequence: number): string {
    return encode(sender, '\x12\x18\x14', this.run + sequence.toString(16).toUpperCase().padStart(12, '0'));
  }
}

function encode(who: string, direction: string, id: string): string {
  const bytes = `\x1c\x18${String.fromCharCode(who.length)}${who}\x15\x02\x00${direction}${id}\x00`;
  return `wamid.${Buffer.from(bytes, 'latin1').toString('base64')}`;
}
