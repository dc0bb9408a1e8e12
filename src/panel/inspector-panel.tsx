import {type KeyboardEvent, type ReactElement, useCallback, useEffect, useMemo, useRef, useState} from 'react'
import {decisionsOf} from '../inspector/decision-log.ts'
import type {ActorView, InspectionView} from '../inspector/inspection-view.ts'
import {lanesOf} from '../inspector/lanes.ts'
import {messagesOf} from '../inspector/messages.ts'
import {actorsOf, type Recording, viewAt} from '../inspector/recording.ts'
import {ActorTree, treeRows} from './actor-tree.tsx'
import {ChartDetails} from './chart-details.tsx'
import type {GraphLayout} from './chart-layout.ts'
import {DecisionsView} from './decisions-view.tsx'
import {LanesView} from './lanes-view.tsx'
import {type Moment, type PanelTab, useMoment} from './panel-state.ts'
import {SequenceView} from './sequence-view.tsx'
import {panelStyles} from './styles.ts'
import {Tabs} from './tabs.tsx'
import {Toolbar} from './toolbar.tsx'

/** So many lines are drawn at most. */
const MOST_MESSAGES = 40
const MOST_DECISIONS = 100

export type InspectorPanelProps = {
  /** What is looked at: `read` of a recorder, or of an app that a page was told of. */
  readonly read: () => Recording
  /** Finds a place for everything in a chart: `(graph) => elk.layout(graph)` with an ELK of the package `elkjs`. */
  readonly layout: GraphLayout
  /** @defaultValue `Inspector` */
  readonly title?: string
  /** Shows a button that closes the panel. */
  readonly onClose?: () => void
}

/**
 * The inspector as a panel: actors, their charts, messages, lanes of workspaces and decisions, now and at any moment of
 * the recording. It fills what it stands in, needs no network, and brings its own styles.
 */
export function InspectorPanel({read, layout, title = 'Inspector', onClose}: InspectorPanelProps): ReactElement {
  const moment = useMoment(read)
  const [search, setSearch] = useState('')
  const [tab, setTab] = useState<PanelTab>('chart')
  const [chosen, setChosen] = useState<string>()
  const [failure, setFailure] = useState<string>()
  const {recording, count} = moment
  const view = useMemo(() => viewAt(recording, count), [recording, count])
  const names = useMemo(
    () => new Map(actorsOf(recording).map((actor) => [actor.sessionId, actor.systemId])),
    [recording],
  )
  const selected = view.actors.get(chosen ?? '') ?? view.actors.values().next().value
  const rows = useMemo(() => treeRows(view, search), [view, search])
  const stepTo = useStable(moment.stepTo)
  const open = useCallback((sessionId: string) => {
    setChosen(sessionId)
    setTab((before) => (before === 'actors' ? 'chart' : before))
  }, [])

  return (
    <section className="ksi" aria-label={title} data-tab={tab} onKeyDown={(event) => steer(event, moment)}>
      <style>{panelStyles}</style>
      <Toolbar
        title={title}
        moment={moment}
        nameOf={(sessionId) => names.get(sessionId) ?? sessionId}
        search={search}
        onSearch={setSearch}
        onFailure={setFailure}
        onClose={onClose}
      />
      {failure !== undefined && (
        <p className="ksi-failure" role="alert">
          {failure}
        </p>
      )}
      <Tabs tab={tab} onTab={setTab} />
      <div className="ksi-body">
        <ActorTree rows={rows} selected={selected?.actor.sessionId} onSelect={setChosen} onOpen={open} />
        <div className="ksi-main" role="tabpanel" aria-label={tab}>
          <Main {...{tab, moment, view, selected, search, layout, stepTo}} />
        </div>
      </div>
    </section>
  )
}

type MainProps = {
  readonly tab: PanelTab
  readonly moment: Moment
  readonly view: InspectionView
  readonly selected: ActorView | undefined
  readonly search: string
  readonly layout: GraphLayout
  readonly stepTo: (count: number) => void
}

function Main({tab, moment, view, selected, search, layout, stepTo}: MainProps): ReactElement | null {
  const {recording, count, isLive} = moment
  switch (tab) {
    case 'actors':
    case 'chart':
      return <ChartDetails view={selected} chart={view.charts.get(selected?.actor.chart ?? '')} layout={layout} />
    case 'sequence':
      return (
        <SequenceOf
          recording={recording}
          count={count}
          search={search}
          selected={selected}
          isLive={isLive}
          onStep={stepTo}
        />
      )
    case 'lanes': {
      const words = search.trim().toLowerCase()
      const lanes = lanesOf(recording, count).filter(({workspaceId}) => workspaceId.toLowerCase().includes(words))
      return <LanesView lanes={lanes} untilMs={recording.entries[count - 1]?.atMs ?? 0} />
    }
    case 'decisions':
      return (
        <DecisionsView decisions={decisionsOf(recording, {search, limit: MOST_DECISIONS, count})} onStep={stepTo} />
      )
  }
}

type SequenceOfProps = {
  readonly recording: Recording
  readonly count: number
  readonly search: string
  readonly selected: ActorView | undefined
  readonly isLive: boolean
  readonly onStep: (count: number) => void
}

function SequenceOf({recording, count, search, selected, isLive, onStep}: SequenceOfProps): ReactElement {
  const [isFiltered, setFiltered] = useState(false)
  const name = selected?.actor.systemId
  const actor = isFiltered && name !== undefined ? {actor: name} : {}
  const messages = messagesOf(recording, {search, ...actor, limit: MOST_MESSAGES, count})
  return (
    <>
      <label className="ksi-filter">
        <input type="checkbox" checked={isFiltered} onChange={(event) => setFiltered(event.target.checked)} /> only{' '}
        {name ?? 'the selected actor'}
      </label>
      <SequenceView messages={messages} count={count} isLive={isLive} onStep={onStep} />
    </>
  )
}

/** Keys of the panel, outside of its fields. */
function steer(event: KeyboardEvent, moment: Moment): void {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'range'
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
    return
  }
  const acts: Readonly<Record<string, () => void>> = {
    p: moment.isLive ? moment.pause : moment.resume,
    ',': () => moment.stepBy(-1),
    '.': () => moment.stepBy(1),
  }
  const act = acts[event.key]
  if (act !== undefined) {
    event.preventDefault()
    act()
  }
}

/** The same function for ever, which calls the newest one. */
function useStable<Args extends readonly unknown[]>(call: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(call)
  useEffect(() => {
    latest.current = call
  })
  return useCallback((...args: Args) => latest.current(...args), [])
}
