import { problemOf, Problem } from '../lib/problem.ts';
import { hooks } from './client.ts';

/** The file goes as it lies on the disk, never through the memory of the page. `fetch` cannot say how far it is. */
export function upload(path: string, file: File, onProgress: (part: number) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'text/csv');
    if (hooks.csrfToken !== undefined) request.setRequestHeader('x-csrf-token', hooks.csrfToken);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Problem(0, 'unreachable', '', undefined));
    request.onload = () => {
      const body = bodyOf(request.responseText);
      if (request.status === 401) hooks.onSessionOver();
      if (request.status >= 200 && request.status < 300) resolve(body);
      else reject(problemOf(request.status, body, headersOf(request)));
    };
    request.send(file);
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const name of ['retry-after', 'x-request-id']) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
