import { Index, Show } from 'solid-js'
import { words } from '../text/language'
import { moment } from '../time/format'
import { timeLine, type Happening, type Incident } from './incident'
import { sourceWord } from './texts'

/** What happened to an incident, newest first; `now` says which day needs no date. */
export function TimeLine(props: { incident: Incident; now: number }) {
  return (
    <div class="incident-part">
      <p class="incident-part-head"><span class="dim">{words().incidentTimeLine}</span></p>
      <ol class="time-line">
        <Index each={timeLine(props.incident)}>
          {(happening) => (
            <li data-kind={happening().kind}>
              <time>{moment(happening().at, props.now)}</time>
              <div>
                <span>{whatOf(happening())}</span>
                <small>{whoOf(happening())}</small>
                <Show when={saidAtOf(happening())}>{(at) => <small>{words().saidAt(moment(at(), props.now))}</small>}</Show>
                <Show when={happening().kind === 'reported' ? null : happening().note}>{(text) => <p>{text()}</p>}</Show>
                <Show when={pictureOf(happening())}>
                  {(path) => <a href={path()} target="_blank" rel="noopener"><img src={path()} alt={words().incidentPicture} /></a>}
                </Show>
              </div>
            </li>
          )}
        </Index>
      </ol>
    </div>
  )

  function whatOf(happening: Happening): string {
    switch (happening.kind) {
      case 'reported': return words().reported
      case 'step': return `${happening.name} ${words().orderStep[happening.step]}`
      case 'remark': return words().remark
      case 'closed': return words().closedWord
    }
  }

  function pictureOf(happening: Happening): string | null {
    return happening.kind === 'step' ? happening.picture : null
  }

  function saidAtOf(happening: Happening): number | null {
    return happening.kind === 'step' ? happening.saidAt : null
  }

  function whoOf(happening: Happening): string {
    return happening.by ?? (happening.kind === 'reported' ? sourceWord(props.incident.source) : words().bySystem)
  }
}
