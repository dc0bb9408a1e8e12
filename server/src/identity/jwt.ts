import {createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, jwtVerify} from 'jose'
import {type Authenticate, AuthenticationUnavailable, bearerToken} from './identity.ts'

/** Signatures of public keys only: a shared secret or `none` in a token's header is refused. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
/** The keys could not be read: that says nothing of the token. */
const keyErrors: ReadonlySet<string> = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'])
const LONGEST_USER_ID = 200

export type JwtOptions = {
  /** The keys, or the address at which they are published. */
  readonly jwks: JSONWebKeySet | URL
  readonly issuer: string
  readonly audience: string
  readonly now: () => number
}

/**
 * Signed tokens: the user is the `sub` of a valid one. Every token must have an end.
 *
 * @throws {@link AuthenticationUnavailable} from what it returns, when the keys cannot be read
 */
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
      const {sub, exp = 0} = payload
      return sub === undefined || sub === '' || sub.includes('\0') || sub.length > LONGEST_USER_ID
        ? undefined
        : {userId: sub, expiresAt: exp * 1_000}
    } catch (error) {
      if (error instanceof errors.JOSEError && !keyErrors.has(error.code)) {
        return undefined
      }
      throw new AuthenticationUnavailable('the keys cannot be read', {cause: error})
    }
  }
}
