import {parseArgs} from 'node:util'
import {jwtAuthentication} from './identity/jwt.ts'
import {type ServerOptions, startServer} from './server.ts'
import {systemClock} from './time/system-clock.ts'

const usage = `keepspace-server [--port 4400] [--host 127.0.0.1] [--data keepspace-data]

DATABASE_URL            postgres://…; without it, SQLite in the data folder
KEEPSPACE_JWKS_URL      where the keys of signed tokens are published, with
KEEPSPACE_JWT_ISSUER      and
KEEPSPACE_JWT_AUDIENCE    what the tokens must say; without them, one user on loopback
KEEPSPACE_ORIGINS       other origins that may use the server, separated by commas
KEEPSPACE_METRICS_TOKEN lets whoever has it read /metrics from elsewhere
KEEPSPACE_TRUST_PROXY=1 takes the address of clients from the proxy in front
KEEPSPACE_REQUESTS_PER_MINUTE   of one person and of one address; 1200 and 3000 when left out
KEEPSPACE_STORE_COMMIT_BYTES    of one commit to a store; 16777216 when left out
KEEPSPACE_STORE_BYTES   of everything that one person keeps in stores; 268435456 when left out
KEEPSPACE_NOTIFY=0      for a database without LISTEN and NOTIFY
`

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function main() {
  const {values} = parseArgs({
    options: {
      port: {type: 'string', default: process.env.KEEPSPACE_PORT ?? '4400'},
      host: {type: 'string', default: process.env.KEEPSPACE_HOST ?? '127.0.0.1'},
      data: {type: 'string', default: process.env.KEEPSPACE_DATA ?? 'keepspace-data'},
      help: {type: 'boolean'},
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const server = await startServer({
    ...fromEnvironment(process.env),
    ...{port: Number(values.port), host: values.host, dataFolder: values.data},
  })
  process.stdout.write(`Keepspace server: ${server.url}\n`)
  if (server.tokenFile !== undefined) {
    process.stdout.write(`Token of the one user: ${server.tokenFile}\n`)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close())
  }
}

function fromEnvironment(environment: NodeJS.ProcessEnv): ServerOptions {
  const {KEEPSPACE_JWKS_URL: jwks, KEEPSPACE_JWT_ISSUER: issuer, KEEPSPACE_JWT_AUDIENCE: audience} = environment
  const perMinute = positiveNumber(environment, 'KEEPSPACE_REQUESTS_PER_MINUTE')
  const storeCommitBytes = positiveNumber(environment, 'KEEPSPACE_STORE_COMMIT_BYTES')
  const storeBytes = positiveNumber(environment, 'KEEPSPACE_STORE_BYTES')
  const isSigned = jwks !== undefined
  if (isSigned && (issuer === undefined || audience === undefined)) {
    throw new Error('KEEPSPACE_JWKS_URL needs KEEPSPACE_JWT_ISSUER and KEEPSPACE_JWT_AUDIENCE.')
  }
  return {
    databaseUrl: environment.DATABASE_URL,
    isNotifying: environment.KEEPSPACE_NOTIFY !== '0',
    allowedOrigins: (environment.KEEPSPACE_ORIGINS ?? '').split(',').filter(Boolean),
    metricsToken: environment.KEEPSPACE_METRICS_TOKEN,
    trustProxy: environment.KEEPSPACE_TRUST_PROXY === '1',
    limits: {
      ...(perMinute !== undefined && {addressPerMinute: perMinute, identity: {burst: perMinute, perMinute}}),
      ...(storeCommitBytes !== undefined && {storeCommitBytes}),
      ...(storeBytes !== undefined && {storeBytes}),
    },
    logger: {level: environment.LOG_LEVEL ?? 'info'},
    authenticate:
      isSigned && issuer !== undefined && audience !== undefined
        ? jwtAuthentication({jwks: new URL(jwks), issuer, audience, now: systemClock.now})
        : undefined,
  }
}

function positiveNumber(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = environment[name]
  if (text === undefined) {
    return undefined
  }
  const value = Number(text)
  if (!(value > 0)) {
    throw new Error(`${name} must be more than 0, got ${text}`)
  }
  return value
}
