import {KeepspaceProvider} from 'keepspace/react'
import {PlugButtons} from './PlugButtons.tsx'
import {PlugNumbers} from './PlugNumbers.tsx'
import {plug} from './plug-keepspace.ts'
import {ShutdownDialog} from './ShutdownDialog.tsx'
import {Timeline} from './Timeline.tsx'
import {useExperiment} from './use-experiment.ts'
import {Verdicts} from './Verdicts.tsx'

/** Harm done to the storage under the running app, and what is left of the work afterwards. */
export function PlugPage() {
  const experiment = useExperiment()
  return (
    <KeepspaceProvider keepspace={plug}>
      <div className="plug">
        <p className="plug-intro">
          Five edits a second go into a workspace of its own. Every edit counts as safe once storage has acknowledged
          it. Do your worst: what was acknowledged has to be there afterwards. Your projects are in another database and
          are not touched.
        </p>
        <PlugNumbers experiment={experiment} />
        <Timeline samples={experiment.samples} verdicts={experiment.verdicts} pending={experiment.pending} />
        <PlugButtons experiment={experiment} />
        <Verdicts experiment={experiment} />
        <ShutdownDialog />
      </div>
    </KeepspaceProvider>
  )
}
