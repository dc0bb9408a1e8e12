import {useCatalogue, useKeepspaceSnapshot} from 'keepspace/react'
import {workspacesOf} from '../app/catalogue-words.ts'
import {ResidencyDot} from '../controls/ResidencyDot.tsx'

const SHOWN = 5

/** One dot per workspace of an entry: filled when it is in memory. */
export function EntryDots({entryId}: {readonly entryId: string}) {
  const workspaces = workspacesOf(useCatalogue(), entryId)
  const {hot} = useKeepspaceSnapshot()
  const hotCount = workspaces.filter(({id}) => hot.includes(id)).length
  const words = describe(workspaces.length, hotCount)
  return (
    <span className="entry-dots" title={words}>
      {workspaces.slice(0, SHOWN).map(({id}) => (
        <ResidencyDot key={id} isHot={hot.includes(id)} />
      ))}
      {workspaces.length > SHOWN && <span className="entry-more">+{workspaces.length - SHOWN}</span>}
      <span className="visually-hidden">, {words}</span>
    </span>
  )
}

function describe(count: number, hotCount: number): string {
  const workspaces = count === 1 ? '1 workspace' : `${count} workspaces`
  return `${workspaces}, ${hotCount} in memory, ${count - hotCount} on disk`
}
