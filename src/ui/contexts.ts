import {type Context, createContext, useContext} from 'react'
import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'
import type {Time} from '../model/time.ts'

/** What a `KeepspaceProvider` hands down. */
export type KeepspaceScope = {
  readonly keepspace: Keepspace
  readonly time: Time
}

/** What a `WorkspaceProvider` hands down. */
export type WorkspaceScope = {
  readonly id: string
  readonly isVisible: boolean
}

export const KeepspaceContext = createContext<KeepspaceScope | undefined>(undefined)

export const WorkspaceContext = createContext<WorkspaceScope | undefined>(undefined)

/**
 * The Keepspace of the nearest `KeepspaceProvider`.
 *
 * @throws {@link KeepspaceError} `usage` when there is none.
 */
export function useKeepspace(): Keepspace {
  return useKeepspaceScope().keepspace
}

/** @throws {@link KeepspaceError} `usage` when there is no `KeepspaceProvider`. */
export function useKeepspaceScope(): KeepspaceScope {
  return useProvided(KeepspaceContext, 'KeepspaceProvider')
}

/** @throws {@link KeepspaceError} `usage` when nothing of that name provides it. */
export function useProvided<Value>(context: Context<Value | undefined>, provider: string): Value {
  const value = useContext(context)
  if (value === undefined) {
    throw new KeepspaceError('usage', `there is no ${provider} above this component`)
  }
  return value
}

/**
 * The given id, or that of the nearest `WorkspaceProvider`.
 *
 * @throws {@link KeepspaceError} `usage` when there is neither.
 */
export function useWorkspaceId(explicitId: string | undefined): string {
  const scope = useContext(WorkspaceContext)
  const id = explicitId ?? scope?.id
  if (id === undefined) {
    throw new KeepspaceError('usage', 'there is no WorkspaceProvider above this component, and no workspace id given')
  }
  return id
}
