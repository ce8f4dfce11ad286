import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import { fieldErrors } from './field-errors.js';
import { MAX_ERRORS, takeLongLists } from './long-list.js';

/** Bodies and queries are checked against their class: an unknown property is an error, not ignored. */
@Injectable()
export class BodyValidation implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => invalidFields(fieldErrors(errors)),
  });

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type } = metadata;
    if (type !== 'body' || metatype === undefined) return this.pipe.transform(value, metadata);
    const { rest, lists, errors } = await takeLongLists(metatype as new () => object, value);
    if (errors.length > 0) throw invalidFields(errors);
    const body: unknown = await this.pipe.transform(rest, metadata);
    return typeof body === 'object' && body !== null ? Object.assign(body, lists) : body;
  }
}

/** For a route whose body is not always of one class. */
export async function validated<T extends object>(type: new () => T, body: unknown): Promise<T> {
  return (await new BodyValidation().transform(body, { type: 'body', metatype: type })) as T;
}

/** Lists at most 50 fields: more would not help, and would turn a small body into a large answer. */
export function invalidFields(errors: FieldError[]): DomainError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.field}: ${first.message}${more}`;
  return new DomainError('invalid', 'invalid_request', detail, { errors: errors.slice(0, MAX_ERRORS) });
}
