import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Work } from "../api/api.ts";
import type { Failure } from "../api/failure.ts";
import { useAction } from "../api/use-action.ts";
import { messages } from "../messages.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { FailureNotice } from "./failure-notice.tsx";

/** Callbacks with which a dialog reports a change to its screen. */
export interface ChangeListeners<Result> {
  /** Runs after the change. */
  readonly onDone: (result: Result) => void;
  readonly onClose: () => void;
}

interface ActionDialogProps {
  readonly title: string;
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** Paths of the refused values that a field already shows. */
  readonly shownPaths?: readonly string[];
  readonly submit: string;
  readonly tone?: ButtonProps["tone"];
  /** Whether something is missing before the user can submit. */
  readonly isBlocked?: boolean;
  /** Whether there is nothing to submit anymore. */
  readonly isOver?: boolean;
  /** Whether the focus starts on "Cancel". */
  readonly isCautious?: boolean;
  /** Must be safe to repeat, because the user can repeat it after an unknown outcome. */
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** A dialog that changes something. After a failure that no repetition can fix, only "Close" is left. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, isPending, failure, tone = "primary", isBlocked = false, onSubmit, onClose } = props;
  const isOver = props.isOver === true || isFinal(failure);
  const close = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // The button that had the focus no longer exists.
    if (isOver) close.current?.focus();
  }, [isOver]);
  useEffect(() => {
    // In a long form, the refused value can be out of sight.
    if (failure?.kind === "fields") form.current?.querySelector<HTMLElement>(".invalid :is(input, textarea)")?.focus();
  }, [failure]);
  return (
    <Dialog title={title} onClose={onClose} isPending={isPending}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending && !isBlocked) onSubmit();
        }}
      >
        {props.children}
        {failure !== null && <FailureNotice failure={failure} onRetry={onSubmit} shownPaths={props.shownPaths ?? []} />}
        <div class="actions">
          <Button
            ref={close}
            onClick={onClose}
            isDisabled={isPending}
            data-autofocus={props.isCautious ? "" : undefined}
          >
            {isOver ? messages.close : messages.cancel}
          </Button>
          {!isOver && (
            <Button type="submit" tone={tone} isPending={isPending} isDisabled={isBlocked}>
              {props.submit}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface ConfirmDialogProps
  extends Pick<ActionDialogProps, "title" | "submit" | "tone" | "children">,
    ChangeListeners<unknown> {
  /** The change. It must be safe to repeat. */
  readonly work: Work<unknown>;
}

/** Asks before a change. The focus starts on "Cancel". */
export function ConfirmDialog({ work, onDone, ...props }: ConfirmDialogProps) {
  const action = useAction();
  return (
    <ActionDialog tone="danger" {...props} {...action} isCautious onSubmit={() => void action.run(work, onDone)} />
  );
}

/** Returns whether the same call would fail again. */
function isFinal(failure: Failure | null): boolean {
  if (failure === null) return false;
  if (failure.kind === "conflict") return failure.type === "KEY_REVOKED";
  return failure.kind === "not-found" || failure.kind === "plan" || failure.kind === "forbidden";
}
