import type {FastifyRequest} from 'fastify'

/** One line of the audit log: who did what to what, and what became of it. Never content, never a whole link. */
export type AuditEntry = {
  readonly at: number
  readonly actor: string | undefined
  readonly action: string
  readonly target: string | undefined
  readonly status: number
  readonly address: string
}

export type Audit = (entry: AuditEntry) => void

const SHOWN_CHARACTERS = 4

/** Enough of an id to find it again, too little to use it as a link. */
function redacted(id: string): string {
  return id.length <= SHOWN_CHARACTERS ? id : `${id.slice(0, SHOWN_CHARACTERS)}…`
}

/** A request as it is logged: its route and the beginning of its id. */
export function described(request: FastifyRequest): {action: string; target: string | undefined} {
  const id = (Object(request.params) as {id?: unknown}).id
  return {
    action: `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
    target: typeof id === 'string' ? redacted(id) : undefined,
  }
}
