import {createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, jwtVerify} from 'jose'
import {type Authenticate, bearerToken} from './identity.ts'

/** Signatures of public keys only: a shared secret or `none` in a token's header is refused. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const LONGEST_USER_ID = 200

export type JwtOptions = {
  /** The keys, or the address at which they are published. */
  readonly jwks: JSONWebKeySet | URL
  readonly issuer: string
  readonly audience: string
  readonly now: () => number
}

/** Signed tokens: the user is the `sub` of a valid one. Every token must have an end. */
export function jwtAuthentication({jwks, issuer, audience, now}: JwtOptions): Authenticate {
  const keys = jwks instanceof URL ? createRemoteJWKSet(jwks) : createLocalJWKSet(jwks)
  return async (request) => {
    const token = bearerToken(request)
    if (token === undefined) {
      return undefined
    }
    try {
      const {payload} = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(now()),
      })
      const {sub} = payload
      return sub === undefined || sub === '' || sub.length > LONGEST_USER_ID ? undefined : {userId: sub}
    } catch (error) {
      if (error instanceof errors.JOSEError && error.code !== 'ERR_JWKS_TIMEOUT') {
        return undefined
      }
      throw error
    }
  }
}
