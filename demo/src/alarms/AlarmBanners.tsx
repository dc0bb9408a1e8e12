import type {Alarm} from 'keepspace'
import {useAlarms, useCatalogue, useKeepspace} from 'keepspace/react'
import {BellRing} from 'lucide-react'
import {attempt} from '../app/attempt.ts'
import {navigate, useRoute} from '../app/routes.ts'
import {Banner} from '../status/Banner.tsx'

const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'})

/** What rang, wherever it is. Stays until somebody dismisses it. */
export function AlarmBanners() {
  return useAlarms().map((alarm) => <AlarmBanner key={`${alarm.workspaceId}/${alarm.componentId}`} alarm={alarm} />)
}

function AlarmBanner({alarm}: {readonly alarm: Alarm}) {
  const {alarms} = useKeepspace()
  const route = useRoute()
  const workspace = useCatalogue().workspaces.find(({id}) => id === alarm.workspaceId)
  const isShown = route.page === 'workspace' && route.id === alarm.workspaceId
  const where = workspace === undefined ? '' : ` in “${workspace.title}”`
  return (
    <Banner
      tone="warning"
      Icon={BellRing}
      title={alarm.label === '' ? 'Time is up.' : `${alarm.label}: time is up.`}
      text={`Rang at ${clock.format(alarm.deadlineMs)}${where}.`}
    >
      {workspace && !isShown && (
        <button
          type="button"
          className="button is-small"
          onClick={() => navigate({page: 'workspace', id: workspace.id})}
        >
          Show
        </button>
      )}
      <button
        type="button"
        className="button is-small is-primary"
        onClick={() => void attempt('It could not be dismissed', alarms.dismiss(alarm))}
      >
        Dismiss
      </button>
    </Banner>
  )
}
