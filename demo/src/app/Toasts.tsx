import {CircleCheck, TriangleAlert} from 'lucide-react'
import {Toaster} from 'sonner'

/** Short notices over the bar of the canvas. */
export function Toasts() {
  return (
    <Toaster
      position="bottom-center"
      offset={{bottom: 96}}
      mobileOffset={{bottom: 96}}
      icons={{success: <CircleCheck />, error: <TriangleAlert />}}
      toastOptions={{
        unstyled: true,
        classNames: {toast: 'toast', description: 'toast-detail', actionButton: 'button is-small is-soft'},
      }}
    />
  )
}
