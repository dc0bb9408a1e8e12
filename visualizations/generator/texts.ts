import {toActors} from './actors.ts'
import {type Chart, charts} from './charts.ts'
import {toDefinition} from './definition.ts'
import {toGallery} from './gallery.ts'
import {toMermaid} from './mermaid.ts'

const handWritten = import.meta.glob<string>('../*.mmd', {query: '?raw', import: 'default', eager: true})

/** Names of the diagrams that no chart is behind. */
const handWrittenNames = ['data-flow'] as const

/** Text of every diagram by the name of its file: generated from charts, or written by hand. */
export function diagramTexts(): ReadonlyMap<string, string> {
  const generated = charts.map((chart): [string, string] => [`${chart.name}.mmd`, toMermaid(chart)])
  const written = handWrittenNames.map((name): [string, string] => [`${name}.mmd`, handWritten[`../${name}.mmd`] ?? ''])
  return new Map([...written, ['actors.mmd', toActors(charts)], ...generated])
}

/** Everything that is generated besides pictures, by the name of its file. */
export function generatedTexts(all: readonly Chart[] = charts): ReadonlyMap<string, string> {
  return new Map([
    ...all.map((chart): [string, string] => [`${chart.name}.mmd`, toMermaid(chart)]),
    ...all.map((chart): [string, string] => [`${chart.name}.json`, toDefinition(chart)]),
    ['actors.mmd', toActors(all)],
    ['README.md', toGallery(all)],
  ])
}

/** Names of all files that belong beside this folder. */
export function expectedFiles(): readonly string[] {
  const diagrams = [...diagramTexts().keys()]
  const pictures = diagrams.map(pictureOf)
  return [...new Set([...generatedTexts().keys(), ...diagrams, ...pictures])].sort()
}

export function pictureOf(diagram: string): string {
  return diagram.replace('.mmd', '.svg')
}
