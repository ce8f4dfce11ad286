import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({ example: 'recipients.0.phoneNumber' })
  field!: string;

  @ApiProperty({ example: 'is not an international number' })
  message!: string;
}

/** The form of every error (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ example: 'urn:drumbeat:problem:invalid_body', description: 'Stable, made for machines' })
  type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ example: 'One field is wrong.', description: 'Made for people' })
  detail!: string;

  @ApiProperty({ example: '/api/whatsapp/senders' })
  instance!: string;

  @ApiProperty({
    example: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d',
    description: 'Finds the log lines of this request',
  })
  requestId!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
