/**
 * The session server of Keepspace, to start inside a program of one's own.
 *
 * @packageDocumentation
 */
export type {Clock} from './clock.ts'
export type {AppLimits} from './http/app.ts'
export type {Audit, AuditEntry} from './http/audit.ts'
export type {RateLimit} from './http/rates.ts'
export type {Authenticate, Identity} from './identity/identity.ts'
export {type JwtOptions, jwtAuthentication} from './identity/jwt.ts'
export {type RunningServer, type ServerOptions, startServer} from './server.ts'
