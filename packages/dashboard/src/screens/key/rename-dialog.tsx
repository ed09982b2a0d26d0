import type { ApiKey } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { TextField } from "../../ui/field.tsx";

const text = keyMessages.rename;

/** Properties of `RenameDialog`. */
export interface RenameDialogProps {
  readonly apiKey: ApiKey;
  readonly onDone: (key: ApiKey) => void;
  readonly onClose: () => void;
}

/** Asks for another name of a key. */
export function RenameDialog({ apiKey, onDone, onClose }: RenameDialogProps) {
  const action = useAction();
  const [name, setName] = useState(apiKey.name);
  const { failure } = action;
  const submit = async (): Promise<void> => {
    const result = await action.run((sdk) => sdk.keys.rename(apiKey.id, name));
    if (result?.ok) onDone(result.value);
  };
  return (
    <ActionDialog
      {...action}
      title={text.title}
      shownPaths={["/name"]}
      submit={text.title}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        error={failure?.kind === "fields" ? failure.fields["/name"] : undefined}
        value={name}
        hasAutofocus
        onFocus={(event) => event.currentTarget.select()}
        onText={setName}
      />
    </ActionDialog>
  );
}
