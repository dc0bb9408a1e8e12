import type {Chart} from './charts.ts'

/**
 * A chart as plain JSON, for Stately Studio or `createMachine`: states, events and names, without the functions that
 * map parameters and without context.
 */
export function toDefinition({machine}: Chart): string {
  const {context: _, ...config} = machine.config
  return `${JSON.stringify(config, null, 2)}\n`
}
