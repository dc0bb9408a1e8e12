import {useSession} from 'keepspace/react'
import {
  Camera,
  Cloud,
  CloudUpload,
  GitCompareArrows,
  History,
  LayoutTemplate,
  Library,
  SaveAll,
  Shapes,
} from 'lucide-react'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {navigate} from '../app/routes.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {useSessionDialogs} from './session-dialogs.ts'

/** What can be done with a project on the server. */
export function SessionMenu({entryId}: {readonly entryId: string}) {
  const {status} = useSession(entryId)
  const {save, open} = useSessionDialogs()
  const {openTemplates} = useAppDialogs()
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
        {label: 'Save as template…', Icon: Shapes, onSelect: () => open('template')},
        {label: 'Begin from a template…', Icon: LayoutTemplate, onSelect: openTemplates},
        'separator',
        {label: 'Everything on the server', Icon: Library, onSelect: () => navigate({page: 'sessions'})},
      ]}
    />
  )
}
