import type {FastifyRequest} from 'fastify'

/** Who makes a request, as the host's authentication says. Never taken from a body or an address. */
export type Identity = {
  readonly userId: string
  /** Until when it is true, milliseconds since 1970: a stream ends with it. Without it there is no end. */
  readonly expiresAt?: number
}

/** The host's authentication: who makes this request, or undefined when nobody is signed in. */
export type Authenticate = (request: FastifyRequest) => Promise<Identity | undefined>

/** Nobody can say now who makes a request: whoever asks tries again, and stays signed in. */
export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable'
}

/** The token of `Authorization: Bearer …`. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(request.headers.authorization ?? '')?.[1]
}
