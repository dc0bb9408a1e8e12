import {useEarlierDeletions} from 'keepspace/react'
import {useEffect} from 'react'
import {toast} from 'sonner'

/** Offers the way back from deletions whose page was left meanwhile, and tells of those that the server refused. */
export function EarlierDeletions() {
  const {waiting, refused, undo, dismiss} = useEarlierDeletions()
  const count = waiting.length
  useEffect(() => {
    if (count > 0) {
      toast(count === 1 ? 'Deleted on your last visit' : `${count} deleted on your last visit`, {
        id: 'earlier-deletions',
        duration: Number.POSITIVE_INFINITY,
        action: {label: 'Undo', onClick: undo},
      })
    } else {
      toast.dismiss('earlier-deletions')
    }
  }, [count, undo])
  useEffect(() => {
    for (const deletion of refused) {
      toast.error(`“${deletion.title}” was not deleted`, {
        id: `refused-${deletion.list}-${deletion.id}`,
        description: deletion.error.sentence,
        duration: Number.POSITIVE_INFINITY,
        action: {label: 'Understood', onClick: () => dismiss(deletion)},
      })
    }
  }, [refused, dismiss])
  return null
}
