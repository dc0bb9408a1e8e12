import type {FastifyRequest} from 'fastify'
import {ProblemError} from './problem-error.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Refuses changes that a foreign page asks for with the rights of whoever looks at it.
 *
 * @throws {@link ProblemError} `auth.foreignOrigin`
 */
export function checkOrigin({method, headers}: FastifyRequest, allowedOrigins: readonly string[]): void {
  if (safeMethods.has(method)) {
    return
  }
  const {origin} = headers
  const isAllowed = origin === undefined || allowedOrigins.includes(origin) || hostOf(origin) === headers.host
  // A browser that sends no Origin still says where a request comes from.
  const isForeign = origin === undefined && headers['sec-fetch-site'] === 'cross-site'
  if (!isAllowed || isForeign) {
    throw new ProblemError('auth.foreignOrigin')
  }
}

/**
 * Refuses requests that reached a server on loopback by another name: a page may point its own name at this machine.
 *
 * @throws {@link ProblemError} `auth.foreignOrigin`
 */
export function checkLoopbackName({headers}: FastifyRequest): void {
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  if (!loopbackNames.has(name)) {
    throw new ProblemError('auth.foreignOrigin', {detail: 'host'})
  }
}

/** Whether a server that listens there can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Whether somebody on this machine asks, and no proxy on it for somebody else. */
export function isFromHere({ip, headers}: FastifyRequest, trustProxy = false): boolean {
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined
  return isLoopback(ip) && (trustProxy || !isForwarded)
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
