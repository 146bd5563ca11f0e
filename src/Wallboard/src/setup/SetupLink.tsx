import { Show } from 'solid-js'
import { allows, type Right } from '../session/rights'
import { setupWords } from './texts'

const rightsOfSetup: readonly Right[] = ['stages.write', 'units.write', 'cameras.write', 'zones.write']

/** Whether there is anything on the setup page for who holds these rights. */
export const mayUseSetup = (rights: readonly string[]): boolean => rightsOfSetup.some((right) => allows(rights, right))

/** The way to the setup page, for who has something to do there; on that page the way back. */
export function SetupLink(props: { rights: readonly string[] }) {
  const isThere = location.pathname.startsWith('/setup')
  return (
    <Show when={mayUseSetup(props.rights)}>
      <a class="quiet" href={isThere ? '/' : '/setup/'}>{isThere ? setupWords().back : setupWords().setup}</a>
    </Show>
  )
}
