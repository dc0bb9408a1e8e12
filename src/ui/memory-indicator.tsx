import type {ReactElement} from 'react'
import type {MemoryReading, PressureLevel} from '../model/memory.ts'
import {useMemoryStatus} from './use-memory-status.ts'

const words: Record<PressureLevel, string> = {
  low: 'Plenty of memory',
  normal: 'Memory is in use',
  elevated: 'Memory is filling up. Closing some workspaces helps.',
  high: 'Memory is running low. Workspaces you have not used for long are stored and let go.',
  critical: 'Memory is nearly full. Close a workspace to open another one.',
}

/**
 * Shows and announces how much memory is taken, while it is measured. Without style of its own: `data-level` is there
 * for style sheets. Nothing is shown while there is nothing to worry about.
 */
export function MemoryIndicator({className}: {readonly className?: string}): ReactElement | null {
  const {isOn, level, reading} = useMemoryStatus()
  if (!isOn || level === 'low') {
    return null
  }
  return (
    <span role="status" title={words[level]} className={className} data-keepspace="memory" data-level={level}>
      {[amountOf(reading), words[level]].filter(Boolean).join('. ')}
    </span>
  )
}

function amountOf(reading: MemoryReading | undefined): string {
  const {usedBytes, limitBytes} = reading ?? {}
  return usedBytes !== undefined && limitBytes ? `${Math.round((usedBytes / limitBytes) * 100)} % of memory` : ''
}
