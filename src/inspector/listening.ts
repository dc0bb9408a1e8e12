import {engineOf} from '../host/engines.ts'
import type {Keepspace, Undo} from '../model/handles.ts'
import type {InspectedEvent, InspectionEntry} from '../model/inspection.ts'
import {type ProjectionOptions, project} from '../model/projection.ts'

/**
 * Tells how every chart of a Keepspace is, then everything that happens in them and what Keepspace says about it, at
 * once and in order. Ids, sizes and revisions only, unless `content` is asked for. Nothing is done for it before and
 * after.
 *
 * @returns ends it
 */
export function listenToCharts(
  keepspace: Keepspace,
  listener: (entry: InspectionEntry) => void,
  options: ProjectionOptions = {},
): Undo {
  const {inspection} = engineOf(keepspace).options
  const {now} = keepspace.time
  const endCharts = inspection.listen(listener, options)
  const endFacts = keepspace.on('*', (fact) => {
    listener({atMs: now(), type: 'fact', fact: project(fact, options) as InspectedEvent})
  })
  return () => {
    endCharts()
    endFacts()
  }
}
