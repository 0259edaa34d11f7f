/** How a list or a panel floats beside the element that opened it: what menus and popovers have in common. */
export function anchored(anchor: HTMLElement) {
  return {
    customAnchor: anchor,
    collisionPadding: 8,
    onInteractOutside(event: Event): void {
      // The button itself closes by its own click; closing here too would open it again.
      if (event.target instanceof Node && anchor.contains(event.target)) event.preventDefault();
    },
    onCloseAutoFocus(event: Event): void {
      event.preventDefault();
      anchor.focus();
    },
  };
}
