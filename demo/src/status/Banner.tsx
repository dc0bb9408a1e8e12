import type {LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'

type BannerProps = {
  readonly tone: 'warning' | 'danger' | 'info'
  readonly Icon: LucideIcon
  readonly title: string
  readonly text: string
  /** Buttons. */
  readonly children?: ReactNode
}

/** A notice over the canvas that stays as long as its reason. */
export function Banner({tone, Icon, title, text, children}: BannerProps) {
  return (
    <div className="banner" data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon className="banner-icon" aria-hidden="true" />
      <p className="banner-words">
        <strong>{title}</strong> <span>{text}</span>
      </p>
      {children && <div className="banner-actions">{children}</div>}
    </div>
  )
}
