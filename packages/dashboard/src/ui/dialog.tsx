import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { LiveRegion } from "./live-region.tsx";

interface DialogProps {
  readonly title: string;
  /** Runs when the user closes the dialog with Escape. Without it, only the dialog's own buttons close it. */
  readonly onClose?: (() => void) | undefined;
  /** Runs when the user tries to close a dialog that only its own buttons close. */
  readonly onBlocked?: (() => void) | undefined;
  /** Whether a call is running. Escape then does nothing. */
  readonly isPending?: boolean;
  /** ID of the text that screen readers read after the title. */
  readonly describedBy?: string | undefined;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

/**
 * A modal dialog. It opens when it is rendered and closes when it is removed, and the focus then returns. A click
 * outside never closes it. The focus starts on the element with `data-autofocus`, or else on the first one.
 */
export function Dialog(props: DialogProps) {
  const { title, onClose, onBlocked, isPending = false, describedBy, isWide = false, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const mayClose = onClose !== undefined && !isPending;
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return undefined;
    element.showModal();
    element.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => element.close();
  }, []);
  useEffect(() => {
    // Escape closes a dialog at the third attempt even if each `cancel` event is prevented. With "none", it does not.
    dialog.current?.setAttribute("closedby", mayClose ? "closerequest" : "none");
  }, [mayClose]);
  return (
    <dialog
      ref={dialog}
      class={isWide ? "wide" : undefined}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      onKeyDown={({ key }) => {
        if (key === "Escape" && onClose === undefined) onBlocked?.();
      }}
      onClick={({ target, currentTarget }) => {
        // A click on the dialog element itself is a click outside its content.
        if (target === currentTarget && onClose === undefined) onBlocked?.();
      }}
      onCancel={(event) => {
        event.preventDefault();
        if (mayClose) onClose();
      }}
      onClose={() => {
        // While the dialog is in use, this happens only in browsers without `closedby`.
        if (dialog.current?.isConnected === true && !dialog.current.open) dialog.current.showModal();
      }}
    >
      <LiveRegion class="dialog-body">
        <h2 id={titleId}>{title}</h2>
        {children}
      </LiveRegion>
    </dialog>
  );
}
