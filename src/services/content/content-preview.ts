import type {ComponentContent, EntryContent} from '../../model/content.ts'
import type {Json} from '../../model/json.ts'
import type {ComponentPreview} from '../../model/session.ts'

const MOST_COMPONENTS = 5
const MOST_CHARACTERS = 80

/** How many components of each type a content has. */
export function countTypes({workspaces}: EntryContent): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const {type} of workspaces.flatMap(({components}) => components)) {
    counts[type] = (counts[type] ?? 0) + 1
  }
  return counts
}

/** The first components of a content, each with the first text in it. */
export function previewOf({workspaces}: EntryContent): readonly ComponentPreview[] {
  return workspaces
    .flatMap(({title, components}) => components.map((component) => toPreview(title, component)))
    .slice(0, MOST_COMPONENTS)
}

function toPreview(workspaceTitle: string, {id, type, records}: ComponentContent): ComponentPreview {
  const text = firstText(Object.values(records)) ?? ''
  const characters = [...text]
  const isCut = characters.length > MOST_CHARACTERS
  return {
    workspaceTitle,
    componentId: id,
    type,
    text: isCut ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : text,
  }
}

/** The first text that is not empty, those nearest to the surface first. */
function firstText(values: readonly (Json | undefined)[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' && value.trim() !== '')
  if (typeof found === 'string') {
    return found.trim()
  }
  const inside = values.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  return inside.length === 0 ? undefined : firstText(inside)
}
