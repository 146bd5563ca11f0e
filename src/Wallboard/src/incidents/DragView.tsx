import { createMemo, Show } from 'solid-js'
import { words } from '../text/language'
import { shortMoment } from '../time/format'
import { useWall } from '../wall/wall'
import { pairOf } from './dragging'
import { refusalOf } from './errand'
import { PreviewFacts } from './PreviewFacts'
import { refusalText } from './refusal'

/** What is being dragged, beside the pointer, and over a target what dropping it there would mean. */
export function DragView() {
  const wall = useWall()
  const drag = () => wall.dragging.drag()
  const pair = createMemo(() => {
    const now = drag()
    return now === null ? null : pairOf(now)
  })
  const preview = () => {
    const answer = wall.dragging.preview()
    return answer?.kind === 'ok' ? answer.value : undefined
  }
  const problem = () => {
    const answer = wall.dragging.preview()
    return answer === null || answer.kind === 'ok' ? null
      : refusalOf(answer).kind === 'failed' ? words().previewFailed : refusalText(refusalOf(answer), (time) => shortMoment(time, wall.now()))
  }
  return (
    <Show when={drag()}>
      {(now) => (
        <div class="drag" classList={{ over: pair() !== null }}>
          <svg aria-hidden="true">
            <line x1={now().from.x} y1={now().from.y} x2={now().at.x} y2={now().at.y} />
            <circle cx={now().from.x} cy={now().from.y} r="5" />
            <circle class="drag-end" cx={now().at.x} cy={now().at.y} r="14" />
          </svg>
          <div
            class="drag-tip" role="status"
            classList={{ left: now().at.x > innerWidth * 0.7, above: now().at.y > innerHeight * 0.6 }}
            style={{ left: `${now().at.x}px`, top: `${now().at.y}px` }}
          >
            <Show when={pair()} fallback={<p>{now().what.kind === 'unit' ? words().dragUnit(nameOf()) : words().dragIncident(nameOf())}</p>}>
              {(both) => (
                <>
                  <strong>{words().errandTo(both().unit.name, both().incident.title)}</strong>
                  <Show when={preview()} fallback={<p class={problem() === null ? 'dim' : 'preview-warning'}>{problem() ?? words().loading}</p>}>
                    {(known) => <PreviewFacts preview={known()} />}
                  </Show>
                  <Show when={problem() === null}><p class="dim">{words().dropToSend}</p></Show>
                </>
              )}
            </Show>
          </div>
        </div>
      )}
    </Show>
  )

  function nameOf(): string {
    const what = drag()?.what
    return what === undefined ? '' : what.kind === 'unit' ? what.name : what.title
  }
}
