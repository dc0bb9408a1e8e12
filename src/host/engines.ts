import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'
import type {Engine} from './engine.ts'

const engines = new WeakMap<Keepspace, Engine>()

/** Remembers what is behind a Keepspace, for the parts that have entry points of their own. */
export function noteEngine(keepspace: Keepspace, engine: Engine): Keepspace {
  engines.set(keepspace, engine)
  return keepspace
}

/**
 * What is behind a Keepspace.
 *
 * @throws {@link KeepspaceError} `usage` when it was made by another copy of this package
 */
export function engineOf(keepspace: Keepspace): Engine {
  const engine = engines.get(keepspace)
  if (engine === undefined) {
    throw new KeepspaceError('usage', 'this Keepspace was made by another copy of the package')
  }
  return engine
}
