import type { ComponentChildren } from "preact";
import type { Work } from "../../api/api.ts";
import { useAction } from "../../api/use-action.ts";
import { ActionDialog } from "../key/action-dialog.tsx";

/** Properties of `ConfirmDialog`. */
export interface ConfirmDialogProps {
  readonly title: string;
  readonly submit: string;
  /** The change. It must be safe to repeat. */
  readonly work: Work<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before a change that takes something away. The focus starts on "Cancel". */
export function ConfirmDialog({ title, submit, work, onDone, onClose, children }: ConfirmDialogProps) {
  const action = useAction();
  const run = async (): Promise<void> => {
    const result = await action.run(work);
    if (result?.ok) onDone();
  };
  return (
    <ActionDialog
      {...action}
      title={title}
      submit={submit}
      tone="danger"
      isCautious
      onSubmit={() => void run()}
      onClose={onClose}
    >
      {children}
    </ActionDialog>
  );
}
