import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';

/** Bodies and queries are checked against their class: what it does not name is an error, not ignored. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => invalidFields(fieldErrors(errors)),
  });
}

/** For a route whose body is not always of one class. */
export async function validated<T extends object>(type: new () => T, body: unknown): Promise<T> {
  return (await validationPipe().transform(body, { type: 'body', metatype: type })) as T;
}

export function invalidFields(errors: FieldError[]): DomainError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.field}: ${first.message}${more}`;
  return new DomainError('invalid', 'invalid_request', detail, { errors });
}

export function fieldErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field: path,
      message: rule === 'whitelistValidation' ? 'is not known here' : withoutName(message, error.property),
    }));
    return [...own, ...fieldErrors(error.children ?? [], path)];
  });
}

/** class-validator repeats the property name, which the `field` beside it already says. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
