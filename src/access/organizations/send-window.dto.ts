import { Text } from '../../platform/http/fields.js';

export class SendWindowDto {
  @Text({ example: '09:00' })
  start!: string;

  @Text({ example: '21:00' })
  end!: string;
}
