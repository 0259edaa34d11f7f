/**
 * What the heads of a table do besides sorting: they are dragged to another place, and drawn wider at their edge or by
 * Alt with the arrows. Loaded when a pointer or the focus first comes to them; what is shown is the table's.
 */

export interface HeadActs {
  readonly onResize: (key: string, widthPx: number) => void;
  readonly onMove: (key: string, onto: string) => void;
}

/** How near to its end a head is held by its edge. */
const EDGE_PX = 8;
const STEP_PX = 16;

/** For as long as the heads are there. */
export function watchHeads(heads: HTMLElement, acts: HeadActs): void {
  /** Set while an edge is drawn: it is not carried then. */
  let drawn: { readonly key: string; readonly x: number; readonly widthPx: number } | undefined;
  let carried: string | undefined;
  /** Which way a column grows. */
  const side = () => (getComputedStyle(heads).direction === 'rtl' ? -1 : 1);

  heads.addEventListener('keydown', (event) => {
    const by = event.altKey ? { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key] : undefined;
    const head = headOf(event.target);
    if (by === undefined || !head) return;
    // Else the browser would go back a page.
    event.preventDefault();
    acts.onResize(keyOf(head), head.offsetWidth + side() * by);
  });

  heads.addEventListener('pointerdown', (event) => {
    const head = headOf(event.target);
    if (!head || event.button !== 0 || !isAtEdge(head, event.clientX, side())) return;
    drawn = { key: keyOf(head), x: event.clientX, widthPx: head.offsetWidth };
    head.dataset['held'] = '';
    head.setPointerCapture(event.pointerId);
  });
  heads.addEventListener('pointermove', (event) => {
    if (drawn) acts.onResize(drawn.key, drawn.widthPx + side() * (event.clientX - drawn.x));
  });
  heads.addEventListener('lostpointercapture', (event) => {
    drawn = undefined;
    delete headOf(event.target)?.dataset['held'];
  });
  // A column that was drawn is not sorted by.
  heads.addEventListener(
    'click',
    (event) => {
      const head = headOf(event.target);
      if (head && event.detail > 0 && isAtEdge(head, event.clientX, side())) event.stopPropagation();
    },
    { capture: true },
  );

  heads.addEventListener('dragstart', (event) => {
    const head = headOf(event.target);
    if (drawn || !head) return event.preventDefault();
    carried = keyOf(head);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  });
  heads.addEventListener('dragover', (event) => {
    if (carried === undefined) return;
    event.preventDefault();
    mark(headOf(event.target));
  });
  heads.addEventListener('drop', (event) => {
    const onto = headOf(event.target);
    event.preventDefault();
    if (carried !== undefined && onto && keyOf(onto) !== carried) acts.onMove(carried, keyOf(onto));
  });
  heads.addEventListener('dragend', () => {
    carried = undefined;
    mark(null);
  });

  function mark(over: HTMLElement | null): void {
    for (const head of heads.querySelectorAll<HTMLElement>('[data-over]'))
      if (head !== over) delete head.dataset['over'];
    if (over && keyOf(over) !== carried) over.dataset['over'] = '';
  }
}

const headOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
const keyOf = (head: HTMLElement): string => head.dataset['column'] ?? '';

function isAtEdge(head: HTMLElement, x: number, side: 1 | -1): boolean {
  const box = head.getBoundingClientRect();
  return side > 0 ? x >= box.right - EDGE_PX : x <= box.left + EDGE_PX;
}
