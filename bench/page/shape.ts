import * as v from 'valibot'
import {defineComponent} from '../../src/model/component-definition.ts'

/** How much there is. */
export type Shape = {
  readonly workspaces: number
  readonly components: number
  /** Length of the one long text in each component. @defaultValue about 1,100 */
  readonly bodyBytes?: number
}

/** One component of one workspace, both by number. */
export type Place = {
  readonly workspace: number
  readonly component: number
}

/** What one component holds: 2.7 KB of JSON. */
export type CardState = ReturnType<typeof cardState>

const SENTENCE = 'The quick brown fox jumps over the lazy dog and comes back for more. '

/** The type of every component: a schema as an app would write it, checking every field. */
export const card = defineComponent({
  type: 'card',
  version: 1,
  schema: v.looseObject({
    title: v.string(),
    body: v.string(),
    count: v.number(),
    color: v.string(),
    items: v.array(v.looseObject({id: v.string(), label: v.string(), isDone: v.boolean(), amount: v.number()})),
  }),
  initial: () => cardState({workspace: 0, component: 0}),
})

/** The state of a component before its first edit: 2.7 KB of JSON, different from place to place. */
export function cardState({workspace, component}: Place, bodyBytes = 1_104) {
  const name = `${workspace}-${component}`
  return {
    title: `Card ${name}`,
    body: SENTENCE.repeat(Math.ceil(bodyBytes / SENTENCE.length)).slice(0, bodyBytes),
    count: 0,
    color: '#336699',
    items: Array.from({length: 18}, (_, index) => ({
      id: `item-${name}-${index}`,
      label: `Something to do, number ${index}`,
      isDone: index % 3 === 0,
      amount: index * 7,
    })),
  }
}

export const workspaceName = (workspace: number): string => `workspace-${workspace}`
export const componentName = (component: number): string => `component-${component}`

/** `count` places spread evenly over everything there is, so that each size is edited in the same number of places. */
export function spread(shape: Shape, {workspaces, components}: Shape): readonly Place[] {
  const places: Place[] = []
  for (let component = 0; component < components; component++) {
    for (let workspace = 0; workspace < workspaces; workspace++) {
      places.push({
        workspace: Math.floor((workspace * shape.workspaces) / workspaces),
        component: Math.floor((component * shape.components) / components),
      })
    }
  }
  return places
}
