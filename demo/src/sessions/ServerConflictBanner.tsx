import type {WorkspaceId} from 'keepspace'
import {useServerConflict, useServerSave} from 'keepspace/react'
import type {ServerChoice, Side} from 'keepspace/sessions'
import {GitCompareArrows} from 'lucide-react'
import {useState} from 'react'
import {WideDialog} from '../controls/WideDialog.tsx'
import {Banner} from '../status/Banner.tsx'
import {ReadVersions} from './ReadVersions.tsx'
import {VersionChoices} from './VersionChoices.tsx'

/** Another device sent this workspace to the server first. Says so, and lets a person choose. */
export function ServerConflictBanner({id}: {readonly id: WorkspaceId}) {
  const {unsent} = useServerSave(id)
  const [isComparing, setComparing] = useState(false)
  if (unsent?.reason !== 'conflict') {
    return null
  }
  const close = () => setComparing(false)
  return (
    <Banner
      tone="warning"
      Icon={GitCompareArrows}
      title="Changed on another device."
      text="The server has a version of this workspace that is not here. Nothing is sent until you choose."
    >
      <button type="button" className="button is-small is-primary" onClick={() => setComparing(true)}>
        Compare…
      </button>
      <WideDialog
        isOpen={isComparing}
        onClose={close}
        title="Changed on two devices"
        text="Choose for each part, or for all of it. What is replaced here goes into the trash."
      >
        <Versions id={id} onClose={close} />
      </WideDialog>
    </Banner>
  )
}

const told: Readonly<Record<ServerChoice, string>> = {
  mine: 'Your version is on its way to the server.',
  theirs: 'You go on with the version of the server. Yours is in the trash.',
  both: 'You go on with the version of the server. Yours is a workspace beside it.',
  merge: 'Both versions are merged and on their way to the server.',
}

function Versions({id, onClose}: {readonly id: WorkspaceId; readonly onClose: () => void}) {
  const reading = useServerConflict(id)
  const {resolve} = useServerSave(id)
  const settle = async (choice: ServerChoice, components: Readonly<Record<string, Side>>) => {
    try {
      await resolve(choice, {components})
      return told[choice]
    } catch (error) {
      reading.again()
      throw error
    }
  }
  return (
    <ReadVersions reading={reading}>
      {({difference, theirs}) => (
        <VersionChoices
          difference={difference}
          about={
            theirs.workspaces.length === 0
              ? 'Another device deleted it.'
              : 'The server has what another device made of it.'
          }
          settle={settle}
          onClose={onClose}
        />
      )}
    </ReadVersions>
  )
}
