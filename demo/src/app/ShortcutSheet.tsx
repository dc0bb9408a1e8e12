import {Dialog} from '@base-ui/react/dialog'
import {X} from 'lucide-react'
import {shortcutGroups} from './shortcuts.ts'

type ShortcutSheetProps = {
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

const mod = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** All keys at a glance. */
export function ShortcutSheet({isOpen, onOpenChange}: ShortcutSheetProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog is-wide">
          <Dialog.Title className="dialog-title">Keyboard shortcuts</Dialog.Title>
          <Dialog.Close className="icon-button dialog-close" aria-label="Close">
            <X />
          </Dialog.Close>
          <div className="shortcut-groups">
            {shortcutGroups.map(({title, shortcuts}) => (
              <section key={title}>
                <h3 className="section-title">{title}</h3>
                <dl className="shortcuts">
                  {shortcuts.map(({keys, action}) => (
                    <div key={keys}>
                      <dt>{action}</dt>
                      <dd>
                        {keys
                          .split(' ')
                          .filter(Boolean)
                          .map((key) => (
                            <Key key={key} name={key} />
                          ))}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Key({name}: {readonly name: string}) {
  return name === '–' ? '–' : <kbd>{name === 'Mod' ? mod : name}</kbd>
}
