import {useCatalogue, useKeepspace} from 'keepspace/react'
import {startTransition, useOptimistic} from 'react'
import {attempt} from '../app/attempt.ts'
import {movedBefore} from '../app/catalogue-words.ts'
import {SortableArea} from '../controls/SortableArea.tsx'
import {EntryRow} from './EntryRow.tsx'

type EntryListProps = {
  readonly selectedId: string | undefined
  readonly onChosen: () => void
}

/** All entries in their order. An entry that was dropped stays where it was put while its order becomes durable. */
export function EntryList({selectedId, onChosen}: EntryListProps) {
  const {catalogue} = useKeepspace()
  const {entries} = useCatalogue()
  const [shown, show] = useOptimistic(entries)

  const reorder = (id: string, before: string | undefined) =>
    startTransition(async () => {
      const moved = entries.find((entry) => entry.id === id)
      const target = entries.find((entry) => entry.id === before)
      if (moved) {
        show(movedBefore(entries, id, before))
        await attempt('The project could not be moved', catalogue.reorderEntry(moved.id, target?.id))
      }
    })

  return (
    <SortableArea ids={shown.map(({id}) => id)} direction="vertical" onMove={reorder}>
      <ul className="entries" aria-label="Entries">
        {shown.map((entry) => (
          <EntryRow key={entry.id} entry={entry} isSelected={entry.id === selectedId} onChosen={onChosen} />
        ))}
      </ul>
    </SortableArea>
  )
}
