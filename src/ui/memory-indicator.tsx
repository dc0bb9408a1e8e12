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

const degradedWords = 'Workspaces stay in memory, because letting them go does not work. It is tried again by itself.'

/**
 * Shows and announces how much memory is taken, while it is measured, and that nothing can leave it. Its look is in
 * `keepspace/styles.css`; `data-level` and `data-degraded` are there for style sheets. Nothing is shown while there is
 * nothing to worry about.
 */
export function MemoryIndicator({className}: {readonly className?: string}): ReactElement | null {
  const {isOn, level, isDegraded, reading} = useMemoryStatus()
  const isPressed = isOn && level !== 'low'
  if (!isPressed && !isDegraded) {
    return null
  }
  const sentences = [isPressed && amountOf(reading), isPressed && words[level], isDegraded && degradedWords]
  return (
    <span
      role="status"
      title={isPressed ? words[level] : degradedWords}
      className={className}
      data-keepspace="memory"
      data-level={level}
      data-degraded={isDegraded}
    >
      {sentences.filter(Boolean).join(' ')}
    </span>
  )
}

function amountOf(reading: MemoryReading | undefined): string {
  const {usedBytes, limitBytes} = reading ?? {}
  return usedBytes !== undefined && limitBytes ? `${Math.round((usedBytes / limitBytes) * 100)} % of memory.` : ''
}
