import type { ComponentChildren } from "preact";
import type { Work } from "../../api/api.ts";
import { useAction } from "../../api/use-action.ts";
import { ActionDialog, type ActionDialogProps } from "../key/action-dialog.tsx";

/** Properties of `ConfirmDialog`. */
export interface ConfirmDialogProps extends Pick<ActionDialogProps, "title" | "submit" | "tone" | "onClose"> {
  /** The change. It must be safe to repeat. */
  readonly work: Work<unknown>;
  readonly onDone: () => void;
  readonly children: ComponentChildren;
}

/** Asks before a change. The focus starts on "Cancel". */
export function ConfirmDialog({ work, onDone, ...props }: ConfirmDialogProps) {
  const action = useAction();
  const run = async (): Promise<void> => {
    const result = await action.run(work);
    if (result?.ok) onDone();
  };
  return <ActionDialog tone="danger" {...props} {...action} isCautious onSubmit={() => void run()} />;
}
