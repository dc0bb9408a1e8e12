import {request} from 'node:http'

/** A `fetch` whose every request has a connection of its own, so that each meets its own fault of the network. */
export const fetchOnce: typeof fetch = (input, init = {}) =>
  new Promise((resolve, reject) => {
    const body = typeof init.body === 'string' ? init.body : undefined
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(body !== undefined && {'content-length': String(Buffer.byteLength(body))}),
    }
    const outgoing = request(String(input), {method: init.method ?? 'GET', agent: false, headers}, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const {statusCode: status = 0} = response
        const answer = status === 204 ? null : Buffer.concat(chunks)
        const etag = response.headers.etag
        response.complete
          ? resolve(new Response(answer, {status, headers: {...(etag && {etag})}}))
          : reject(new TypeError('the answer was cut'))
      })
    })
    init.signal?.addEventListener('abort', () => outgoing.destroy(new Error('aborted')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
