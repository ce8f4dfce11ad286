import { applyDecorators, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidFields } from './validation.js';

/** The `:id` of a route. A value that is not a UUID cannot be one of our objects; the database is not asked. */
export function IdParam(name = 'id'): ParameterDecorator {
  const pipe = new ParseUUIDPipe({
    exceptionFactory: () => invalidFields([{ field: name, message: 'must be a UUID' }]),
  });
  const parameter = Param(name, pipe);
  return (target, key, index) => {
    parameter(target, key, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, key ?? '');
    if (key === undefined || descriptor === undefined) return;
    applyDecorators(ApiParam({ name, format: 'uuid', schema: { type: 'string', format: 'uuid' } }))(
      target,
      key,
      descriptor,
    );
  };
}
