import { Show } from 'solid-js'
import { words } from '../text/language'
import type { Pages } from './fitting'

/** Which page of a list is shown, so that nobody takes it for all. */
export function PageMark(props: { readonly of: Pages }) {
  return <Show when={props.of.pages() > 1}><span class="page-mark" role="status">{words().pageOf(props.of.page() + 1, props.of.pages())}</span></Show>
}
