import {useSession} from 'keepspace/react'
import {Camera, Cloud, CloudUpload, GitCompareArrows, History, Library, SaveAll} from 'lucide-react'
import {navigate} from '../app/routes.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {useSessionDialogs} from './session-dialogs.ts'

/** What can be done with a project on the server. */
export function SessionMenu({entryId}: {readonly entryId: string}) {
  const {status} = useSession(entryId)
  const {save, open} = useSessionDialogs()
  const hasSession = status.phase !== 'none'
  const isToChoose = status.phase === 'conflict' || status.isBehind
  return (
    <ActionMenu
      label="Session"
      icon={<Cloud />}
      items={[
        isToChoose && {label: 'Choose a version…', Icon: GitCompareArrows, onSelect: () => open('compare')},
        hasSession && {label: 'Save to the server', Icon: CloudUpload, keys: 'Ctrl S', onSelect: save},
        {
          label: hasSession ? 'Save as…' : 'Save to the server…',
          Icon: hasSession ? SaveAll : CloudUpload,
          keys: 'Ctrl ⇧ S',
          onSelect: () => open('saveAs'),
        },
        hasSession && {label: 'History…', Icon: History, onSelect: () => open('history')},
        {label: 'Create snapshot…', Icon: Camera, onSelect: () => open('snapshot')},
        'separator',
        {label: 'Sessions and snapshots', Icon: Library, onSelect: () => navigate({page: 'sessions'})},
      ]}
    />
  )
}
